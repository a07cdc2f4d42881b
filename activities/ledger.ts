/** The quality ledger of a run: made again from plan and timeline for what is committed. Why so: `src/quality/README.md`. */
import type { PublishArgs } from '../workflows/messages';
import { generationOf } from '../src/spec/generation';
import { Group } from './groups';

/** The rows of all committed batches, part after part, in slices that leave the worker time for its other jobs. */
export async function* ledgerOf({ plan, timeline, parts }: Pick<PublishArgs, 'plan' | 'timeline' | 'parts'>): AsyncGenerator<Buffer> {
  const generation = generationOf(plan, timeline);
  const group = new Group();
  for (const { stream, shard, next } of parts) {
    for (let b = shard; b < next;) {
      group.clear();
      for (; b < next && !group.full; b += plan.shards) await group.add(generation, stream, b);
      yield Buffer.concat(group.batches.map(({ ledger }) => ledger));
    }
  }
}
