/** The activity `settle`: fences every older writer of a part, makes the generation durable and answers what is committed. */
import type { SettleAnswer, SettleArgs } from '../workflows/messages';
import type { ActivityDeps } from './deps';
import { failureOf, isLostProgress, isSuperseded } from './failures';
import { withHeartbeat } from './heartbeat';
import { requireHome } from './home';
import { addressOf, lostSentence } from './parts';
import type { Writers } from './writers';

export async function settle(deps: ActivityDeps, writers: Writers, args: SettleArgs): Promise<SettleAnswer> {
  try {
    return await withHeartbeat(undefined, () => settled(deps, writers, args));
  } catch (error) {
    throw failureOf(error);
  }
}

async function settled(
  deps: ActivityDeps,
  writers: Writers,
  { plan, part, generation, next, totals, fresh, home }: SettleArgs,
): Promise<SettleAnswer> {
  const sink = deps.sinkOf(plan.spec);
  const own = await requireHome(sink, home);
  const address = addressOf(plan, part);
  await writers.drop(address);
  const writer = sink.open({ part: address, generation, create: fresh, known: { next, totals }, about: plan });
  const refused = (why: 'superseded' | 'lost', detail: string): SettleAnswer => ({ why, next, totals, home: own, detail });
  try {
    const committed = await writer.committed().catch((error: unknown) => {
      if (isSuperseded(error)) return refused('superseded', error.message);
      if (isLostProgress(error)) return refused('lost', error.message);
      throw error;
    });
    if ('why' in committed) return committed;
    if (committed.next < next) return refused('lost', lostSentence(address, committed.next, next));
    await writer.raise();
    const { begun, ...place } = committed;
    return { why: 'settled', next: place.next, totals: place.totals, home: own, ...(begun === undefined ? {} : { begun: begun.batches }) };
  } finally {
    await writer.close();
  }
}
