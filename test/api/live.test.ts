import { setTimeout as sleep } from 'node:timers/promises';
import { post, problemIn, serve, type Api } from './rig';

/** Of a busy machine: a second may take many. */
jest.setTimeout(30_000);

const spec = { id: 'nightly', scenario: 'crisis', sink: 'drop', load: { pace: { rate: 50 }, for: '5m' } };

interface Event {
  event: string;
  data: { state: string; totals: { emitted: number } };
}

/** The events of a stream as they come. */
async function* events(response: Response): AsyncGenerator<Event> {
  let text = '';
  for await (const chunk of response.body ?? []) {
    text += Buffer.from(chunk as Uint8Array).toString('utf8');
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const [, event, data] = /^event: (\w+)\ndata: (.*)$/.exec(text.slice(0, end)) ?? [];
      text = text.slice(end + 2);
      if (event !== undefined && data !== undefined) yield { event, data: JSON.parse(data) as Event['data'] };
    }
  }
}

async function started(): Promise<Api> {
  const api = await serve();
  await post(`${api.base}/jobs`, spec);
  return api;
}

test('a watcher sees the job at once, each change of it, and its end, after which the stream is over', async () => {
  const { base, jobs } = await started();
  const response = await fetch(`${base}/jobs/nightly/live`);
  expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/);
  const seen: string[] = [];
  for await (const { event, data } of events(response)) {
    seen.push(`${event} ${data.state} ${String(data.totals.emitted)}`);
    if (seen.length === 1) jobs.commit('nightly', 7);
    if (seen.length === 2) await post(`${base}/jobs/nightly/stop`);
  }
  expect(seen).toEqual(['status running 0', 'status running 7', 'status stopped 7', 'end stopped 7']);
});

test('a hundred watchers cost one look at a time, since it is their number that must not matter', async () => {
  const { base, jobs } = await started();
  const answers = await Promise.all(Array.from({ length: 100 }, () => fetch(`${base}/jobs/nightly/live`)));
  const get = jest.spyOn(jobs, 'get');
  await sleep(1700);
  expect(get.mock.calls.length).toBeGreaterThan(0);
  expect(get.mock.calls.length).toBeLessThanOrEqual(4);
  await Promise.all(answers.map((answer) => answer.body?.cancel()));
});

test('nobody looks at a job that nobody watches any more', async () => {
  const { base, jobs } = await started();
  const response = await fetch(`${base}/jobs/nightly/live`);
  await response.body?.cancel();
  await sleep(700);
  const get = jest.spyOn(jobs, 'get');
  await sleep(1200);
  expect(get).not.toHaveBeenCalled();
});

test('a stream goes on when Temporal was away in between', async () => {
  const { base, jobs } = await started();
  const stream = events(await fetch(`${base}/jobs/nightly/live`));
  await stream.next();
  jobs.away = true;
  await sleep(1200);
  jobs.away = false;
  jobs.commit('nightly', 3);
  expect((await stream.next()).value).toMatchObject({ event: 'status', data: { totals: { emitted: 3 } } });
  await stream.return(undefined);
});

test('what is not there, and what cannot be known now, is a problem and no stream', async () => {
  const { base, jobs } = await started();
  expect((await problemIn(await fetch(`${base}/jobs/weekly/live`))).status).toBe(404);
  jobs.away = true;
  expect((await problemIn(await fetch(`${base}/jobs/nightly/live`))).status).toBe(503);
});
