/** `evergen email --to connector`: the set through the endpoint, as the original script sends it. No job: what was sent when this ends is what there is, until it is gone on with under the same id. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { addressedEvents, eventsIn } from '../../scenarios/email/set';
import { formatInstant } from '../../spec/instants';
import type { Context } from '../context';
import { EXIT, Ending } from '../exit';
import { count, counted, span } from '../../figures';
import { called } from '../program';
import { bar, type Screen } from '../run/progress';
import { lookForStack } from '../stack/find';
import { ConnectorClient } from './connector-client';
import type { EmailSet } from './set-options';

/** Requests that are under way at once: a connector that is slower than the rate slows the sender down. */
const MOST_UNDER_WAY = 64;
const DRAWN_EACH_MS = 200;
const SAID_EACH_MS = 10_000;

export async function toConnector(
  context: Context,
  screen: Screen,
  { identity, size, sending, asked }: EmailSet,
  json: boolean,
): Promise<void> {
  const environment = context.environment();
  const base = lookForStack(environment)?.addresses['api'] ?? `http://127.0.0.1:${String(environment.EVERGEN_PORT ?? 0)}`;
  const stopped = new AbortController();
  const client = new ConnectorClient(base, environment.EVERGEN_TOKEN, stopped.signal);
  context.onInterrupt(() => stopped.abort());
  const begun = performance.now();
  const id = sending.id ?? randomUUID();
  const all = size.events ?? eventsIn(identity, size);
  const shown = show(screen, client, { events: all, begun });
  let failure: unknown;
  try {
    await sendAll(client, requestsOf(identity, size, sending.batch), { id, rate: sending.rate }, stopped.signal);
  } catch (reason) {
    failure = reason;
  } finally {
    shown.end();
  }
  const seconds = (performance.now() - begun) / 1000;
  const repeat = asked.again({ seed: identity.seed, start: formatInstant(identity.startUs / 1000) });
  const { events, requests, limited, repeated, unanswered } = client.tally;
  // Nothing was taken: there is nothing to go on with.
  if (failure !== undefined && requests === 0) throw failure;
  const interrupted = stopped.signal.aborted && events < all;
  const unfinished = interrupted || failure !== undefined;
  const goOn = unfinished ? `${repeat} --sending ${id}` : null;
  if (json)
    context.out(
      JSON.stringify(
        { to: 'connector', url: base, of: all, ...client.tally, seconds, interrupted, sending: id, repeat, go_on: goOn },
        null,
        2,
      ),
    );
  else {
    const again = limited + repeated === 0 ? '' : `; ${count(limited)} answers of 429, ${count(repeated)} other requests sent again`;
    const how = `${counted(requests, 'request')}, ${count(Math.round(requests / seconds))} a second${again}`;
    if (goOn === null) context.out(`${counted(events, 'event')} accepted by ${base} in ${how}`);
    else {
      const open = unanswered === 0 ? '' : `; of ${counted(unanswered, 'more request')} the answer was not waited for`;
      context.out(
        `${interrupted ? 'interrupted' : 'not completed'}: ${count(events)} of ${counted(all, 'event')} accepted by ${base} in ${how}${open}`,
      );
      context.out(`go on    ${called(context.variables)} ${goOn}`);
      context.out('         within 24 hours what was accepted is not published again');
    }
    if (!unfinished) context.out(`repeat   ${called(context.variables)} ${repeat}`);
  }
  if (failure !== undefined) throw failure;
  if (interrupted) throw new Ending(EXIT.interrupted);
}

/** What the connector makes of the address. */
const MADE_THERE = ['universal_id', 'recipient_email_hash'];

/** Bodies of requests, each with the number of its events. A single event stands alone, as webhooks send it. */
function* requestsOf(
  identity: EmailSet['identity'],
  size: EmailSet['size'],
  batch: number,
): Generator<{ body: unknown; events: number }, void, void> {
  let events: unknown[] = [];
  for (const { address, json } of addressedEvents(identity, size)) {
    const event = Object.entries(JSON.parse(json) as Record<string, unknown>).filter(([name]) => !MADE_THERE.includes(name));
    events.push({ email: address, ...Object.fromEntries(event) });
    if (events.length < batch) continue;
    yield { body: batch === 1 ? events[0] : { events }, events: events.length };
    events = [];
  }
  if (events.length > 0) yield { body: { events }, events: events.length };
}

/**
 * Request k is sent k / rate after the first, or as soon after that as there is room.
 * @param id of this sending alone, the begin of its keys: the same set sent once more is published once more, as by a job; under the same id it is not
 */
async function sendAll(
  client: ConnectorClient,
  requests: Iterable<{ body: unknown; events: number }>,
  { id, rate }: { id: string; rate: number },
  stopped: AbortSignal,
): Promise<void> {
  const underWay = new Set<Promise<void>>();
  let failure: unknown;
  let k = 0;
  let dueMs = performance.now();
  for (const { body, events } of requests) {
    const send = client.send(body, events, `${id}/${String(k)}`).then(
      () => void underWay.delete(send),
      (reason: unknown) => void ((failure ??= reason), underWay.delete(send)),
    );
    underWay.add(send);
    // The first request tells whether anybody is there.
    if (k === 0 || underWay.size >= MOST_UNDER_WAY) await Promise.race(underWay);
    if (failure !== undefined || stopped.aborted) break;
    k++;
    // No catching up in a burst after a wait: the connector counts by the second.
    dueMs = Math.max(dueMs + 1000 / rate, performance.now() - 1000 / rate);
    await sleep(Math.max(0, dueMs - performance.now()), undefined, { signal: stopped }).catch(() => undefined);
  }
  await Promise.all(underWay);
  if (failure !== undefined) throw failure;
}

/** One line that is written over on a terminal, plain lines at a distance elsewhere. */
function show(screen: Screen, { tally }: ConnectorClient, { events, begun }: { events: number; begun: number }): { end(): void } {
  const line = () => {
    const seconds = (performance.now() - begun) / 1000;
    const left = tally.events === 0 ? '' : `, ${span(((events - tally.events) / tally.events) * seconds * 1000)} left`;
    return `${bar(Math.min(1, tally.events / events))}  ${count(tally.events)} of ${count(events)} events, ${count(Math.round(tally.requests / seconds))} requests/s${left}`;
  };
  const drawn = screen.isTTY === true;
  const clear = () => void (drawn && screen.write('\r\x1b[J'));
  const timer = setInterval(
    () => void screen.write(drawn ? `\r\x1b[J${line().slice(0, (screen.columns ?? 80) - 1)}` : `${line()}\n`),
    drawn ? DRAWN_EACH_MS : SAID_EACH_MS,
  );
  return {
    end: () => {
      clearInterval(timer);
      clear();
    },
  };
}
