/**
 * `Idempotency-Key`: what was answered to a key is answered again for a day. A file a key below DATA_DIR, since the answer itself is what must
 * survive a kill, and two facades of one stack share that folder.
 */
import { createHash, randomUUID } from 'node:crypto';
import { link, mkdir, open, readdir, readFile, rename, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { UserError } from '../spec/failures';
import { hasStartedNothing, HttpError } from './problem';
import type { Answer } from './route';

export const REPLAYED = 'Idempotent-Replayed';

/** Names that a start gives; an attempt after one whose outcome is unknown gives the same, and so finds what that one has started. */
export type Names = Readonly<Record<string, string>>;

export interface Attempt<N extends Names> {
  names: N;
  /** When the first attempt began, wall ms. */
  atMs: number;
  /** An earlier attempt may have started it. */
  again: boolean;
}

export interface Call {
  /** Keys of different operations are different keys. */
  operation: string;
  /** undefined: the caller gave none, nothing is kept. */
  key: string | undefined;
  /** What was asked for, as it was understood. */
  input: unknown;
}

const DAY_MS = 86_400_000;
/** Every call ends within 3 s: one that has not answered for so long has died. */
const DEAD_MS = 10_000;
/** How long a second caller waits for the answer to the first. */
const PATIENCE_MS = 2_000;
const SWEEP_MS = 3_600_000;

const kept = z.object({
  /** When the key came first, wall ms. */
  at: z.number(),
  /** Whose claim it is, a random name, and since when, wall ms; absent: written by an earlier version. */
  owner: z.string().default(''),
  since: z.number().optional(),
  input: z.string(),
  names: z.record(z.string(), z.string()),
  /** Its outcome is not known: whoever comes next looks. */
  left: z.boolean(),
  answer: z.object({ status: z.int(), body: z.unknown(), headers: z.record(z.string(), z.string()).optional() }).nullable(),
});
type Kept = z.output<typeof kept>;

export class Keys {
  private sweptMs = -Infinity;

  constructor(
    private readonly folder: string,
    private readonly now: () => Date = () => new Date(),
  ) {}

  /**
   * The answer to the key's first call, which alone does `act`. An attempt that failed with nothing started leaves the key free; after one whose
   * outcome is unknown (Temporal was away, the process was killed) the next does `act` again, with the names of the first.
   * @throws UserError when the key came with another input; HttpError 503 while the first call is under way
   */
  async once<N extends Names>(call: Call, names: N, act: (attempt: Attempt<N>) => Promise<Answer>): Promise<Answer> {
    const atMs = this.now().getTime();
    if (call.key === undefined) return act({ names, atMs, again: false });
    const path = join(this.folder, `${digest([call.operation, call.key])}.json`);
    const mine: Kept = { at: atMs, owner: randomUUID(), since: atMs, input: digest(call.input), names, left: false, answer: null };
    await this.prepare();
    const deadline = performance.now() + PATIENCE_MS;
    for (;;) {
      if (await this.claim(path, mine)) return this.attempt(path, mine, act, false);
      const known = await read(path);
      if (known === 'gone') {
        // Refused, and free again. Whoever is outrun by others each time is told so in the end.
        if (performance.now() >= deadline) throw underWay();
        continue;
      }
      const ageMs = known === 'torn' ? Infinity : this.now().getTime() - known.at;
      if (known === 'torn' || ageMs >= DAY_MS) {
        await this.retire(path);
        continue;
      }
      if (known.input !== mine.input) throw new UserError('this Idempotency-Key came with another body before: a new call needs a new key');
      if (known.answer !== null) return { ...known.answer, headers: { ...known.answer.headers, [REPLAYED]: 'true' } };
      const holder = await this.holder(path, known);
      const nowMs = this.now().getTime();
      if (holder.left || nowMs - (holder.since ?? holder.at) >= DEAD_MS) {
        const next = { ...holder, owner: mine.owner, since: nowMs, left: false };
        if (await this.claim(successor(path, holder), next)) return this.attempt(path, next, act, true);
      }
      if (performance.now() >= deadline) throw underWay();
      await sleep(25);
    }
  }

  private async attempt<N extends Names>(path: string, claim: Kept, act: (attempt: Attempt<N>) => Promise<Answer>, again: boolean) {
    try {
      // The boundary: the names were kept by a call of the same operation.
      const answer = await act({ names: claim.names as N, atMs: claim.at, again });
      await this.put(path, { ...claim, answer });
      return answer;
    } catch (failure) {
      // Who was taken for dead meanwhile leaves alone what another has made of it.
      const known = await read(path);
      const isHeld = typeof known !== 'string' && known.answer === null && (await this.holder(path, known)).owner === claim.owner;
      if (isHeld && hasStartedNothing(failure)) await unlink(path).catch(() => undefined);
      else if (isHeld) await this.put(path, { ...claim, left: true });
      throw failure;
    }
  }

  /**
   * The last of those who have taken over from one another. Each stands in a file beside the key's, named by whom it follows, until the key expires:
   * of all who see a claim left one alone takes it over, and the key is at no moment free.
   */
  private async holder(path: string, known: Kept): Promise<Kept> {
    for (let last = known; ;) {
      const next = await read(successor(path, last));
      if (typeof next === 'string') return last;
      last = next;
    }
  }

  /** False when the key is taken: a link, unlike a rename, never replaces. */
  private async claim(path: string, claim: Kept): Promise<boolean> {
    const draft = await this.draft(claim);
    try {
      await link(draft, path);
      return true;
    } catch (failure) {
      if (codeOf(failure) === 'EEXIST') return false;
      throw failure;
    } finally {
      await unlink(draft);
    }
  }

  private async put(path: string, state: Kept): Promise<void> {
    await rename(await this.draft(state), path);
  }

  private async draft(state: Kept): Promise<string> {
    const path = join(this.folder, `${randomUUID()}.draft`);
    const file = await open(path, 'wx', 0o600);
    try {
      await file.writeFile(JSON.stringify(state));
      await file.sync();
    } finally {
      await file.close();
    }
    return path;
  }

  /** Taken out by a rename, so that of two who see it expired neither removes what the other has put in its place. */
  private async retire(path: string): Promise<void> {
    const out = join(this.folder, `${randomUUID()}.draft`);
    try {
      await rename(path, out);
    } catch (failure) {
      if (codeOf(failure) === 'ENOENT') return;
      throw failure;
    }
    const taken = await read(out);
    if (typeof taken !== 'string' && this.now().getTime() - taken.at < DAY_MS) await link(out, path).catch(() => undefined);
    await unlink(out);
  }

  /** The folder, and now and then what has expired in it. */
  private async prepare(): Promise<void> {
    await mkdir(this.folder, { recursive: true });
    if (performance.now() - this.sweptMs < SWEEP_MS) return;
    this.sweptMs = performance.now();
    for (const name of await readdir(this.folder)) {
      const path = join(this.folder, name);
      const state = await read(path);
      // A draft that cannot be read is being written, or its writer was killed.
      if (state === 'torn' && name.endsWith('.draft')) {
        const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Infinity }));
        if (this.now().getTime() - mtimeMs >= DAY_MS) await unlink(path).catch(() => undefined);
      }
      if (typeof state !== 'string' && this.now().getTime() - state.at >= DAY_MS) await this.retire(path);
    }
  }
}

const successor = (path: string, { owner }: Kept): string => path.replace(/json$/, `${owner}.next`);

const underWay = (): HttpError => new HttpError(503, 'the first call with this Idempotency-Key is still under way', { 'Retry-After': '2' });

/** `torn`: it is there, but is none of ours or was cut off; a claim of ours is never seen half written. */
async function read(path: string): Promise<Kept | 'gone' | 'torn'> {
  try {
    return kept.safeParse(JSON.parse(await readFile(path, 'utf8'))).data ?? 'torn';
  } catch (failure) {
    if (codeOf(failure) === 'ENOENT') return 'gone';
    if (failure instanceof Error && failure.name === 'SyntaxError') return 'torn';
    throw failure;
  }
}

const codeOf = (failure: unknown): unknown =>
  typeof failure === 'object' && failure !== null && 'code' in failure ? failure.code : undefined;

const digest = (value: unknown): string => createHash('sha256').update(JSON.stringify(value, sorted)).digest('hex');

/** The order of keys is no difference. */
const sorted = (_: string, value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
    : value;
