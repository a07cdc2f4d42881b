/** What a job itself says that it has committed, held against what the sink can show: the record beside the data goes back with what is deleted by hand. */
import type { Part, Place } from '../../workflows/messages';
import type { Manifest } from '../spec/manifest';
import type { PartAddress } from '../sinks/sink';

/** Of one part: the first batch that is not committed, as the job knows it. Never more than what is true. */
export type Told = Part & Pick<Place, 'next'>;

/**
 * Asks the job, *before* its data is read: what it says then is there afterwards, whatever it has made meanwhile. Called for runs that have not come to
 * their end. Never throws.
 * @returns `parts`: what it says; `note`: why that is not all that one would want to know, as a sentence
 */
export type Asking = (run: Pick<Manifest, 'job' | 'run'>) => Promise<{ parts: readonly Told[]; note?: string }>;

/** More are told by their count. */
const NAMED = 10;

/**
 * One sentence; null: the sink has at least what the job says.
 * @param next first batch that the sink does not have
 * @param nameOf how a batch is called there, from its number
 */
export async function missingOf(
  told: readonly Told[],
  part: Part,
  { shards }: Pick<PartAddress, 'shards'>,
  next: number,
  nameOf: (batch: number) => string | Promise<string> = (batch) => `batch ${String(batch)}`,
): Promise<string | null> {
  const committed = told.find(({ stream, shard }) => stream === part.stream && shard === part.shard)?.next ?? 0;
  const missing = Math.ceil((committed - next) / shards);
  if (missing <= 0) return null;
  const first = await Promise.all(Array.from({ length: Math.min(missing, NAMED) }, (_, i) => nameOf(next + i * shards)));
  const more = missing > first.length ? ` and ${String(missing - first.length)} more` : '';
  return `${first.join(', ')}${more} ${missing === 1 ? 'is' : 'are'} missing: the job has committed ${missing === 1 ? 'it' : 'them'}`;
}

/** What is missing where nothing at all is left of a run. */
export const allMissing = (told: readonly Told[], streams: readonly { name: string }[], shards: number): string[] =>
  streams.flatMap(({ name }, stream) => {
    const batches = told
      .filter((part) => part.stream === stream)
      .reduce((sum, { shard, next }) => sum + Math.max(0, Math.ceil((next - shard) / shards)), 0);
    return batches === 0 ? [] : [`${name}: ${String(batches)} batch${batches === 1 ? '' : 'es'}`];
  });
