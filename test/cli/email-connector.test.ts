/** `evergen email --to connector` against a facade. */
import { season } from '../scenarios/email/full-set';
import { serve } from '../api/rig';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { serverOf } from '../support/http-server';
import { until } from '../support/until';
import { ConnectorClient } from '../../src/cli/email/connector-client';
import { inProcess } from './in-process';

// Some of it waits for time to pass, on whatever the machine has left.
jest.setTimeout(30_000);

const START = ['--seed', '1', '--start', '2026-01-01T00:00:00Z'];
const nowhere = join('/', 'nowhere');

async function sent({ dataDir }: { dataDir: string }): Promise<string[]> {
  const folder = join(dataDir, 'connector');
  const run = (await readdir(folder)).find((name) => !name.startsWith('.')) ?? '';
  return (await readFile(join(folder, run, 'events', '00-000000.jsonl'), 'utf8')).trimEnd().split('\n').sort();
}

const portOf = (base: string): Record<string, string> => ({ EVERGEN_PORT: new URL(base).port });

test('what the connector publishes is, byte for byte, what a job makes of the same set', async () => {
  const api = await serve({ connectorRate: 1_000_000 });
  const words = ['email', '--to', 'connector', '--days', '5', '--recipients', '50', '--rate', '1000', '--json', ...START];

  const { code, out } = await inProcess({ folder: nowhere, variables: portOf(api.base) }, ...words);

  const expected = season({ recipients: 50 }, 5).trimEnd().split('\n').sort();
  expect(code).toBe(0);
  expect(await sent(api)).toEqual(expected);
  expect(JSON.parse(out.join('\n'))).toMatchObject({ events: expected.length, requests: Math.ceil(expected.length / 100), limited: 0 });
});

test('one event a request with --count; more than the connector takes is sent again when it says, and everything arrives once', async () => {
  const api = await serve({ connectorRate: 2 });

  const { code, out } = await inProcess(
    { folder: nowhere, variables: portOf(api.base) },
    'email',
    '--to',
    'connector',
    '--count',
    '4',
    '--json',
    ...START,
  );

  expect(code).toBe(0);
  const outcome = JSON.parse(out.join('\n')) as { limited: number };
  expect(outcome).toMatchObject({ events: 4, requests: 4 });
  expect(outcome.limited).toBeGreaterThan(0);
  expect(new Set(await sent(api)).size).toBe(4);
  expect((await sent(api)).length).toBe(4);
});

test.each([
  ['nobody is there', { EVERGEN_PORT: '1' }, 'nobody answers: evergen up starts it'],
  ['the facade has no such port', { EVERGEN_PORT: 'off' }, 'nobody answers'],
])('where %s, it says that the connector is not available', async (_, variables, words) => {
  const { code, err } = await inProcess({ folder: nowhere, variables }, 'email', '--to', 'connector', '--count', '10');

  expect(code).toBe(3);
  expect(err).toContain('Connector API not available at http://127.0.0.1:');
  expect(err).toContain(words);
});

test('a facade that asks for a token is no connector without it', async () => {
  const api = await serve({ token: 'secret' });
  const send = (more: Record<string, string>) =>
    inProcess({ folder: nowhere, variables: { ...portOf(api.base), ...more } }, 'email', '--to', 'connector', '--count', '3');

  expect(await send({})).toMatchObject({ code: 3, err: expect.stringContaining('it answers 401') as string });
  expect(await send({ EVERGEN_TOKEN: 'secret' })).toMatchObject({ code: 0 });
});

test('rate and batch are checked before anything is sent', async () => {
  for (const [option, value] of [
    ['--rate', '0'],
    ['--batch', '1001'],
  ])
    expect(await inProcess(nowhere, 'email', '--to', 'connector', option ?? '', value ?? '')).toMatchObject({
      code: 2,
      err: expect.stringContaining(`${option ?? ''} must be a whole number`) as string,
    });
});

describe('a sending that is interrupted', () => {
  const words = ['email', '--to', 'connector', '--days', '5', '--recipients', '50', '--batch', '10', '--rate', '5', ...START];
  const expected = season({ recipients: 50 }, 5).trimEnd().split('\n').sort();

  /** Sends until some is accepted, then is interrupted. */
  async function interrupted(api: Awaited<ReturnType<typeof serve>>, ...more: string[]) {
    let stop: () => void = () => undefined;
    const where = { folder: nowhere, variables: portOf(api.base), onInterrupt: (handler: () => void) => (stop = handler) };
    const ending = inProcess(where, ...words, ...more);
    await until(async () => (await sent(api)).length >= 30);
    stop();
    return ending;
  }

  test('says so, with how much was accepted and how to go on, and ends with 130; going on publishes each event once', async () => {
    const api = await serve({ connectorRate: 1_000_000 });

    const { code, out } = await interrupted(api);

    const there = (await sent(api)).length;
    expect(code).toBe(130);
    expect(there).toBeLessThan(expected.length);
    expect(out[0]).toContain(`interrupted: ${String(there)} of ${String(expected.length)} events accepted by ${api.base}`);
    const goOn = /^go on {4}\S+ (email .*)$/.exec(out[1] ?? '')?.[1] ?? '';
    expect(goOn).toContain('--batch 10');

    const second = await inProcess({ folder: nowhere, variables: portOf(api.base) }, ...goOn.split(' '), '--rate', '1000');
    expect(second.code).toBe(0);
    expect(await sent(api)).toEqual(expected);
  });

  test('can be read by a machine', async () => {
    const api = await serve({ connectorRate: 1_000_000 });

    const { code, out } = await interrupted(api, '--json');

    expect(code).toBe(130);
    expect(JSON.parse(out.join('\n'))).toMatchObject({
      interrupted: true,
      of: expected.length,
      events: (await sent(api)).length,
      go_on: expect.stringContaining('--sending ') as string,
    });
  });

  test('does not wait for a connector that is away', async () => {
    let answered = 0;
    const target = await serverOf((request, response) => {
      request.resume();
      if (answered++ === 0) response.writeHead(202).end('{}');
      else response.writeHead(503, { 'retry-after': '60' }).end('{}');
    });
    let stop: () => void = () => undefined;
    const where = { folder: nowhere, variables: portOf(target), onInterrupt: (handler: () => void) => (stop = handler) };
    const ending = inProcess(where, ...words);
    await until(() => Promise.resolve(answered > 3));
    stop();

    const { code, out } = await ending;

    expect(code).toBe(130);
    expect(out[0]).toContain('interrupted: 10 of');
  });
});

test('a sending that the connector ends tells how much was accepted and how to go on', async () => {
  let answered = 0;
  const target = await serverOf((request, response) => {
    request.resume();
    response.writeHead(answered++ < 2 ? 202 : 400).end('{}');
  });

  const { code, out, err } = await inProcess(
    { folder: nowhere, variables: portOf(target) },
    'email',
    '--to',
    'connector',
    '--count',
    '9',
    ...START,
  );

  expect(code).toBe(3);
  expect(err).toContain('it answers 400');
  expect(out[0]).toContain('not completed: 2 of 9 events accepted');
  expect(out[1]).toContain('--sending ');
});

test('may have more requests wait than the ten listeners from which on Node warns of a leak', () => {
  const { signal } = new AbortController();

  new ConnectorClient('http://127.0.0.1:1', undefined, signal);

  // Node's own `getMaxListeners` does not take a signal of the test's realm.
  const limit = Object.getOwnPropertySymbols(signal).find(({ description }) => description === 'events.maxEventTargetListeners');
  expect(limit !== undefined && Reflect.get(signal, limit)).toBe(0);
});
