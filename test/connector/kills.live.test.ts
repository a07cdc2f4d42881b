/** The promise of the connector, with the broker and the facade killed under thousands of requests, and Kafka's own consumer as the judge. */
import { setTimeout as sleep } from 'node:timers/promises';
import { identityOf } from '../../src/scenarios/email/identity';
import { needlesOf, plainIn, textsIn } from '../scenarios/email/plain';
import { describeKafka, startKafka } from '../support/kafka';
import { until } from '../support/until';
import { committedIn, type Published } from './committed';
import { facadeOf, type Answer } from './facade';

jest.setTimeout(300_000);

const TOPIC = 'email-events';
const CONCURRENT = 2_000;
const KNOWN = Array.from({ length: 1_000 }, (_, i) => `known.person.${String(i)}@example.com`);

/** Request number `n` has one to three events of known people, who also hide in the metadata; every fifth has no key. */
const eventsOf = (n: number) =>
  Array.from({ length: 1 + (Math.abs(n) % 3) }, (_, i) => {
    const email = KNOWN[Math.abs(n * 3 + i) % KNOWN.length] ?? '';
    return {
      email,
      event_type: 'opened',
      metadata: { request: n, [email]: `to ${email}, by https://example.org/?to=${encodeURIComponent(email)}` },
    };
  });
/** Request −1 is the same call again and again. */
const keyOf = (n: number) => (n % 5 === 4 ? undefined : `key-${String(n)}`);

describeKafka('under 2,000 concurrent requests, while the broker and then the facade are killed', () => {
  test('what was answered 2xx is in the topic once, what was refused nowhere, what was not answered at most once, also when it is repeated', async () => {
    const broker = await startKafka();
    const facade = await facadeOf({ KAFKA_BOOTSTRAP: broker.bootstrap, CONNECTOR_RATE_LIMIT: '100000' });
    let running = await facade.start();
    const answers = new Map<number, Answer>();
    const written = () => [...answers.values()].filter(({ status }) => status === 202).length;
    const send = async (n: number) => void answers.set(n, await facade.generate({ events: eventsOf(n) }, keyOf(n)));
    const wave = (from: number, size: number) => Promise.all(Array.from({ length: size }, (_, i) => send(from + i)));

    const ready = () => until(() => send(-1).then(() => answers.get(-1)?.status === 202), 60_000);

    await ready();
    const first = wave(0, CONCURRENT / 2);
    await until(() => Promise.resolve(written() >= 200), 60_000);
    await broker.kill();
    await sleep(500);
    await broker.restart();
    await first;
    said(answers);
    await ready();
    const before = written();
    const second = wave(CONCURRENT, CONCURRENT);
    await until(() => Promise.resolve(written() >= before + 200), 60_000);
    await running.kill();
    await second;
    running = await facade.start();
    await ready();
    const statuses = said(answers);

    const early = await committedIn(broker, TOPIC);

    expect(faultsOf(answers, early.events)).toEqual([]);
    for (const status of [202, 0]) expect(statuses).toContain(status);
    expect([...answers.values()].filter(({ status, retryAfter }) => status === 503 && retryAfter !== '2')).toEqual([]);

    const firstIds = new Map([...answers].map(([n, { ids }]) => [n, ids]));
    const repeated = [...answers.keys()].filter((n) => keyOf(n) !== undefined && (n % 8 === 0 || answers.get(n)?.status === 504));
    for (let at = 0; at < repeated.length; at += 250) {
      await Promise.all(repeated.slice(at, at + 250).map((n) => until(() => send(n).then(() => answers.get(n)?.status === 202), 60_000)));
    }
    // One caller, who asks for far more than he may.
    await running.kill();
    await facade.start({ CONNECTOR_RATE_LIMIT: '2' });
    const refused = 2 * CONCURRENT;
    await Promise.all(Array.from({ length: 100 }, (_, i) => send(refused + i)));
    const late = await committedIn(broker, TOPIC);

    expect(faultsOf(answers, late.events)).toEqual([]);
    const limited = Array.from({ length: 100 }, (_, i) => answers.get(refused + i));
    expect(limited.filter((answer) => answer?.status === 429 && answer.retryAfter === '1').length).toBeGreaterThan(20);
    for (const n of repeated) if ((firstIds.get(n) ?? []).length > 0) expect(answers.get(n)?.ids).toEqual(firstIds.get(n));
    const hashes = new Set(late.events.map(({ recipient_email_hash }) => recipient_email_hash));
    expect(KNOWN.filter((address) => hashes.has(identityOf(address).emailHash)).length).toBe(KNOWN.length);
    expect(needlesOf(KNOWN).filter((needle) => late.text.includes(needle))).toEqual([]);
    expect(await plainIn(facade.dataDir, KNOWN)).toEqual([]);
    // The broker's own segments, of what was aborted, too; that their records can be read there, a hash shows.
    expect(await plainIn(broker.dataDir, KNOWN, '.log')).toEqual([]);
    const [hash] = hashes;
    expect(await textsIn(broker.dataDir, [hash ?? ''], /recipient_email_hash/, '.log')).not.toEqual([]);
  });
});

/** Tells, for whoever looks at a failure, how often there was which answer. */
function said(answers: ReadonlyMap<number, Answer>): number[] {
  const statuses = [...answers.values()].map(({ status }) => status);
  const counted = [...new Set(statuses)].map((status) => [status, statuses.filter((one) => one === status).length]);
  process.stderr.write(
    `answers by status: ${JSON.stringify(Object.fromEntries(counted))} ${[...answers.values()].find((a) => a.status === 503)?.text ?? ''}\n`,
  );
  return statuses;
}

/** Requests whose events are not in the topic as their answers say. */
function faultsOf(answers: ReadonlyMap<number, Answer>, events: readonly Published[]): string[] {
  const found = new Map<number, string[]>();
  for (const { event_id, metadata } of events) found.set(metadata.request ?? -1, [...(found.get(metadata.request ?? -1) ?? []), event_id]);
  return [...answers].flatMap(([n, { status, ids }]) => {
    const there = (found.get(n) ?? []).sort();
    const whole = there.length === eventsOf(n).length && new Set(there).size === there.length;
    const unknown = status === 0 || status === 504;
    const right = status === 202 ? whole && there.join() === [...ids].sort().join() : there.length === 0 || (unknown && whole);
    return right ? [] : [`request ${String(n)} was answered ${String(status)}, and has ${String(there.length)} events in the topic`];
  });
}
