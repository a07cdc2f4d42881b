/** The activity `emit`: makes the batches of one part that are due in a span, each at its instant, and commits them. Numbers in, numbers out. */
import { Context } from '@temporalio/activity';
import type { EmitArgs, Place, Receipt } from '../workflows/messages';
import type { PartAddress, Sink } from '../src/sinks/sink';
import { generationOf } from '../src/spec/generation';
import type { ActivityDeps } from './deps';
import { failureOf, isLostProgress, isSuperseded } from './failures';
import { withHeartbeat } from './heartbeat';
import { requireHome } from './home';
import { addressOf, lostSentence } from './parts';
import { Span } from './span';
import type { Held, Writers } from './writers';

export async function emit(deps: ActivityDeps, writers: Writers, args: EmitArgs): Promise<Receipt> {
  const { plan, part } = args;
  const address = addressOf(plan, part);
  try {
    const sink = deps.sinkOf(plan.spec);
    await requireHome(sink, args.home);
    const held = (await writers.take(address, args.generation, args.from)) ?? (await open(sink, address, args));
    if ('why' in held) return held;
    try {
      const { receipt, broken } = await withHeartbeat(async (tell) => {
        const span = new Span(deps.clock(), generationOf(plan, args.timeline), args, held, (place) => {
          tell({ part, ...place });
        });
        return { receipt: await span.run(), broken: span.broken };
      });
      if (broken) await held.writer.close();
      else writers.keep(address, { writer: held.writer, generation: args.generation, next: receipt.next, totals: receipt.totals });
      return receipt;
    } catch (error) {
      await held.writer.close();
      throw error;
    }
  } catch (error) {
    // A writer that took this part over in the middle of a commit may itself be a late one: the next attempt opens and asks.
    throw failureOf(error);
  }
}

/** Asks the sink what is committed. Less than the ledger knows is lost progress; it is never made up for here. */
async function open(sink: Sink, part: PartAddress, { generation, from, totals }: EmitArgs): Promise<Held | Receipt> {
  const place: Place = placeOf(Context.current().info.heartbeatDetails) ?? { next: from, totals };
  const writer = sink.open({ part, generation, create: false, known: place });
  try {
    const committed = await writer.committed();
    if (committed.next < from) {
      await writer.close();
      return { why: 'lost', next: from, totals, detail: lostSentence(part, committed.next, from) };
    }
    return { writer, generation, ...committed };
  } catch (error) {
    await writer.close();
    if (isSuperseded(error)) return { why: 'superseded', next: from, totals, detail: error.message };
    if (isLostProgress(error)) return { why: 'lost', next: from, totals, detail: error.message };
    throw error;
  }
}

/** What an earlier attempt of this very emit told in its last heartbeat. */
function placeOf(details: unknown): Place | null {
  if (typeof details !== 'object' || details === null || !('next' in details) || !('totals' in details)) return null;
  return details as Place;
}
