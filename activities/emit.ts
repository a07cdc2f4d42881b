/** The activity `emit`: makes the batches of one part that are due in a span, each at its instant, and commits them. Numbers in, numbers out. */
import { Context } from '@temporalio/activity';
import type { EmitArgs, Place, Receipt } from '../workflows/messages';
import { generationOf } from '../src/spec/generation';
import type { ActivityDeps } from './deps';
import { failureOf, isLostProgress, isSuperseded } from './failures';
import { withGrace } from './grace';
import { withHeartbeat } from './heartbeat';
import { requireHome } from './home';
import { addressOf, lostSentence } from './parts';
import { Span } from './span';
import type { Held, Writers } from './writers';

export async function emit(deps: ActivityDeps, writers: Writers, args: EmitArgs): Promise<Receipt> {
  const { part, from, totals } = args;
  const known = placeOf(Context.current().info.heartbeatDetails) ?? { next: from, totals };
  try {
    return await withHeartbeat({ part, ...known }, (tell) =>
      withGrace(async (over, heeds) => {
        const held = await unlessOver(open(deps, writers, args, known), over);
        if (held === null) return { why: 'cancelled', next: from, totals };
        if ('why' in held) return held;
        heeds(() => held.writer.sends?.silentMs ?? 0);
        const told = (place: Place) => {
          tell({ part, ...place });
        };
        return goOn(held, deps, writers, args, told, over);
      }),
    );
  } catch (error) {
    // A writer that took this part over in the middle of a commit may itself be a late one: the next attempt opens and asks.
    throw failureOf(error);
  }
}

/** The writer that the emit before has left, or a new one: then the sink is asked what is committed. Less than the ledger knows is lost progress; it is never made up for here. */
async function open(deps: ActivityDeps, writers: Writers, args: EmitArgs, known: Place): Promise<Held | Receipt> {
  const { plan, generation, from, totals } = args;
  const part = addressOf(plan, args.part);
  const sink = deps.sinkOf(plan.spec);
  await requireHome(sink, args.home);
  deps.narrator?.writes(plan);
  const kept = await writers.take(part, generation, from);
  if (kept !== null) return kept;
  const writer = sink.open({ part, generation, create: false, known, about: plan });
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

/** Null when the grace is over first: an opening that hangs is left alone, as one of a stopped process would be, and its writer closed when it is there. */
async function unlessOver(opening: Promise<Held | Receipt>, over: AbortSignal): Promise<Held | Receipt | null> {
  const first = await Promise.race([
    opening,
    new Promise<null>((resolve) => {
      over.addEventListener('abort', () => {
        resolve(null);
      });
    }),
  ]);
  if (first === null) {
    void opening.then(
      (late) => ('writer' in late ? late.writer.close() : undefined),
      () => undefined,
    );
  }
  return first;
}

async function goOn(
  held: Held,
  deps: ActivityDeps,
  writers: Writers,
  args: EmitArgs,
  tell: (place: Place) => void,
  over: AbortSignal,
): Promise<Receipt> {
  const { plan, part, timeline } = args;
  const { writer, generation } = held;
  let receipt: Receipt | undefined;
  try {
    receipt = await new Span(deps.clock(), generationOf(plan, timeline), args, held, tell, over, deps.metrics).run();
    return receipt;
  } finally {
    // After any other end nobody goes on from here: who writes next opens anew.
    if (receipt?.why !== 'done' && receipt?.why !== 'span') await writer.close();
    else writers.keep(addressOf(plan, part), { writer, generation, next: receipt.next, totals: receipt.totals });
  }
}

/** What an earlier attempt of this very emit told in its last heartbeat. */
function placeOf(details: unknown): Place | null {
  if (typeof details !== 'object' || details === null || !('next' in details) || !('totals' in details)) return null;
  const { next, totals } = details as Place;
  return { next, totals };
}
