/** The email connector over HTTP: what is taken, how it is answered, and that no answer repeats an address. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { SinkAway, OutcomeUnknown } from '../../src/connector/failures';
import { identityOf } from '../../src/scenarios/email/identity';
import { linesOnDisk } from '../connector/on-disk';
import { post, problemIn, serve } from './rig';

// Some of it waits for time to pass, on whatever the machine has left.
jest.setTimeout(30_000);

const ADDRESS = 'Ada.Berg@Example.com';
const EVENT = { email: ADDRESS, event_type: 'opened' };
const GENERATE = '/api/mock/events/generate';
const generate = ({ base }: { base: string }, body: unknown, key?: string) =>
  post(`${base}${GENERATE}`, body, key === undefined ? {} : { 'idempotency-key': key });
const idsIn = async (response: Response) => ((await response.json()) as { event_ids: string[] }).event_ids;

test('an event is published with the identity of its recipient in place of the address, everywhere in it', async () => {
  const api = await serve();
  const metadata = { 'ada.berg@example.com': 'from ADA.BERG@example.com', n: [{ deep: `<${ADDRESS}>` }], clicks: 3 };

  const response = await generate(api, {
    ...EVENT,
    timestamp: '2026-01-05T23:10:00+02:00',
    esp: 'mailchimp',
    campaign_id: 'c-1',
    metadata,
  });

  const { universalId, emailHash } = identityOf(ADDRESS);
  const [event_id] = await idsIn(response);
  expect(response.status).toBe(202);
  expect(await linesOnDisk(api.dataDir)).toEqual([
    {
      run: expect.any(String) as string,
      event_id,
      universal_id: universalId,
      recipient_email_hash: emailHash,
      event_type: 'opened',
      timestamp: '2026-01-05T21:10:00.000Z',
      esp: 'mailchimp',
      campaign_id: 'c-1',
      message_id: null,
      metadata: { [emailHash]: `from ${emailHash}`, n: [{ deep: `<${emailHash}>` }], clicks: 3 },
    },
  ]);
});

test('many are taken at once, up to a thousand, and answered in their order; an id is the caller’s where he gives one', async () => {
  const api = await serve();
  const events = Array.from({ length: 1_000 }, (_, i) => ({
    recipient_email: `r${i}@example.com`,
    event_type: 'sent',
    ...(i < 2 ? { event_id: `mine-${i}` } : {}),
  }));

  const ids = await idsIn(await generate(api, { events }));

  expect(ids.slice(0, 2)).toEqual(['mine-0', 'mine-1']);
  expect((await linesOnDisk(api.dataDir)).map(({ event_id }) => event_id)).toEqual(ids);
  expect((await generate(api, { events: [...events, EVENT] })).status).toBe(422);
});

test('all problems are told at once, each at its place, and nothing is published', async () => {
  const api = await serve();
  const bad = [
    { ...EVENT, event_type: 'read', timestamp: 'yesterday', metadata: [], colour: 'red' },
    EVENT,
    { event_type: 'sent' },
    { ...EVENT, recipient_email: 'someone.else@example.com' },
    { ...EVENT, email: 'nobody', event_id: 'a b' },
    { ...EVENT, email: 5, event_id: 'same' },
    { ...EVENT, event_id: 'same' },
  ];

  const { status, problems } = await problemIn(await generate(api, { events: bad }));

  expect(status).toBe(422);
  expect((problems ?? []).map(({ path }) => path).sort()).toEqual(
    [
      ...['event_type', 'timestamp', 'metadata', 'colour'].map((name) => `/events/0/${name}`),
      '/events/2/email',
      '/events/3/recipient_email',
      ...['/events/4/email', '/events/4/event_id', '/events/5/email', '/events/6/event_id'],
    ].sort(),
  );
  expect(await linesOnDisk(api.dataDir)).toEqual([]);
});

test.each<[string, unknown]>([
  ['that is no JSON', `{"email": ${ADDRESS}, "event_type": "sent"}`],
  ['that is no JSON any more', `{"email": "${ADDRESS}", "event_type`],
  ['with a key that is an address', { ...EVENT, [ADDRESS]: 1 }],
  [
    'with an address where something else belongs',
    { email: [ADDRESS], event_type: ADDRESS, timestamp: ADDRESS, esp: [ADDRESS], event_id: ADDRESS },
  ],
  ['with an address twice as a key', `{"email":"${ADDRESS}","event_type":"sent","metadata":{"${ADDRESS}":1,"${ADDRESS}":2}}`],
  ['with an address for a body', JSON.stringify(ADDRESS)],
  ['with addresses in a list of something else', { events: [ADDRESS, [ADDRESS], { email: { of: ADDRESS } }] }],
  ['with a number of addresses', { count: ADDRESS, seed: ADDRESS }],
])('a body %s is refused without being repeated', async (_, body) => {
  const api = await serve();
  const response = await generate(api, body, ADDRESS);

  expect([400, 422]).toContain(response.status);
  expect((await response.text()).toLowerCase()).not.toContain('ada.berg');
  expect(api.faults).toEqual([]);
});

test('the same call under the same key is done once and answered the same; another body is not that call', async () => {
  const api = await serve();

  const [first, again] = [await idsIn(await generate(api, EVENT, 'k')), await idsIn(await generate(api, EVENT, 'k'))];
  const { status, problems } = await problemIn(await generate(api, { ...EVENT, event_type: 'sent' }, 'k'));

  expect(again).toEqual(first);
  expect([status, problems?.[0]?.path]).toEqual([422, '/Idempotency-Key']);
  expect(await linesOnDisk(api.dataDir)).toHaveLength(1);
  expect((await problemIn(await generate(api, EVENT, 'with a blank'))).problems?.[0]?.path).toBe('/idempotency-key');
});

test('a count starts a job of exactly so many events, one a key, with the seed that was asked for', async () => {
  const api = await serve({ emailSink: { name: 'kafka', topic: 'email-events' } });

  const answers = await Promise.all([{ count: 250, seed: 5 }, { count: 250 }].map(async (body) => (await generate(api, body)).json()));
  const [one, same] = [await (await generate(api, { count: 7 }, 'k')).json(), await (await generate(api, { count: 7 }, 'k')).json()] as {
    job_id: string;
  }[];
  const other = await generate(api, { count: 8 }, 'k');

  expect(answers).toEqual([
    { accepted: 250, job_id: expect.any(String) as string },
    { accepted: 250, job_id: expect.any(String) as string },
  ]);
  const asked = api.jobs.started.find(({ status }) => status.plan.seed === 5);
  expect(asked?.status.plan.spec).toMatchObject({
    seed: 5,
    scenario: { name: 'email', events: 250, days: 90 },
    sink: { name: 'kafka', topic: 'email-events' },
  });
  expect(same).toEqual(one);
  expect(other.status).toBe(422);
  expect(api.jobs.started.filter(({ status }) => status.plan.job === one?.job_id)).toHaveLength(1);
});

test('a caller who asks too often is told when to come again, and nothing of it is published', async () => {
  const api = await serve({ connectorRate: 1 });

  const answers = await Promise.all(Array.from({ length: 50 }, () => generate(api, EVENT)));

  const refused = answers.filter(({ status }) => status === 429);
  // However slow the machine is: fifty calls do not take half a minute.
  expect(refused.length).toBeGreaterThan(20);
  expect(refused.every(({ headers }) => headers.get('retry-after') === '1')).toBe(true);
  expect((await problemIn(refused[0] as Response)).detail).toContain('CONNECTOR_RATE_LIMIT');
  expect(await linesOnDisk(api.dataDir)).toHaveLength(50 - refused.length);
});

test.each([
  [new SinkAway('the broker is away'), 503, 'nothing was published: the broker is away; try again in a moment'],
  [
    new OutcomeUnknown('the broker is away'),
    504,
    'whether it was published is not known: the broker is away; the same call with the same Idempotency-Key publishes it once',
  ],
])('%s is answered in words, with the time to come again', async (failure, status, detail) => {
  const connector = { accept: () => Promise.reject(failure), wake: () => Promise.resolve(), close: () => Promise.resolve() };
  const response = await generate(await serve({ connector }), EVENT);

  expect(response.headers.get('retry-after')).toMatch(/^[1-9]$/);
  expect(await problemIn(response)).toMatchObject({ status, detail });
});

test('an event that would be larger than a topic takes is refused before anything is published', async () => {
  const api = await serve();
  const addresses = Array.from({ length: 8_000 }, (_, i) => `${i}@b.c`);

  const { problems } = await problemIn(await generate(api, { events: [EVENT, { ...EVENT, metadata: { addresses } }] }));

  expect(problems?.[0]?.path).toBe('/events/1/metadata');
  expect(await readdir(join(api.dataDir)).catch(() => [])).toEqual([]);
});
