import Ajv2020, { type ValidateFunction } from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import { parse } from 'yaml';
import { until } from '../support/until';
import { patch, post, serve, type Api } from './rig';

interface Content {
  description: string;
  content: Record<string, { schema: object; example?: unknown }>;
}
interface Document {
  openapi: string;
  tags: { name: string; description: string }[];
  paths: Record<string, Record<string, { responses: Record<string, Content>; requestBody?: Content }>>;
  components: { schemas: Record<string, object> };
}

const documentOf = async (url: string): Promise<Document> => (await (await fetch(`${url}/openapi.json`)).json()) as Document;

const ajv = () => addFormats(new Ajv2020({ strict: false, allErrors: true }));

/** Compiling takes tens of milliseconds, and many answers share a schema. */
const compiled = new Map<string, ValidateFunction>();
function validator(schema: object, components: Document['components']): ValidateFunction {
  const key = JSON.stringify(schema);
  const validate = compiled.get(key) ?? ajv().compile({ ...schema, components });
  compiled.set(key, validate);
  return validate;
}

const spec = { id: 'nightly', scenario: 'crisis', sink: 'drop', load: { pace: { rate: 50 }, for: '5m' } };
/** The run is stopped from beside: in memory nothing goes on by itself. */
async function completedInvocation({ base, jobs }: Api): Promise<Response> {
  await jobs.stop(jobs.started.at(-1)?.status.plan.job ?? '');
  const answer = post(`${base}/tutoring/invoke?wait=true`, {});
  await until(() => Promise.resolve(jobs.started.at(-1)?.status.state === 'running'));
  await jobs.stop(jobs.started.at(-1)?.status.plan.job ?? '');
  return answer;
}
const yaml = (api: Api, body: string) => post(`${api.base}/jobs`, body, { 'content-type': 'application/yaml' });

const remove = (url: string) => fetch(url, { method: 'DELETE' });
const hourly = { id: 'hourly', cron: '0 * * * *', spec: { scenario: 'crisis', sink: 'drop', load: { pace: { rate: 5 }, for: '5m' } } };

const GENERATE = '/api/mock/events/generate';
/** Calls in this order, so that every answer that is documented is seen: [method and path as documented, status, the call]. */
const calls: [string, string, number, (api: Api) => Promise<Response>][] = [
  ['get', '/healthz', 200, ({ base }) => fetch(`${base}/healthz`)],
  ['get', '/readyz', 200, ({ base }) => fetch(`${base}/readyz`)],
  ['get', '/metrics', 200, ({ base }) => fetch(`${base}/metrics`)],
  ['get', '/scenarios', 200, ({ base }) => fetch(`${base}/scenarios`)],
  ['get', '/sinks', 200, ({ base }) => fetch(`${base}/sinks`)],
  ['post', '/preview', 200, ({ base }) => post(`${base}/preview?n=3`, spec)],
  ['post', '/preview', 422, ({ base }) => post(`${base}/preview?n=0`, spec)],
  ['post', '/jobs', 422, ({ base }) => post(`${base}/jobs`, { ...spec, sink: 'nowhere', id: 5 })],
  ['post', '/jobs', 400, ({ base }) => post(`${base}/jobs`, '{')],
  ['post', '/jobs', 400, (api) => yaml(api, 'a: [')],
  ['post', '/jobs', 415, ({ base }) => post(`${base}/jobs`, 'x', { 'content-type': 'text/plain' })],
  ['post', '/jobs', 413, ({ base }) => post(`${base}/jobs`, 'x'.repeat(2 ** 20 + 1))],
  ['get', '/jobs/{id}', 404, ({ base }) => fetch(`${base}/jobs/nightly`)],
  ['post', '/jobs', 201, ({ base }) => post(`${base}/jobs`, spec)],
  ['post', '/jobs', 200, (api) => yaml(api, 'id: nightly\nscenario: crisis\nsink: drop\nload:\n  pace: { rate: 50 }\n  for: PT5M\n')],
  ['post', '/jobs', 409, ({ base }) => post(`${base}/jobs`, { ...spec, sink: 'disk' })],
  ['get', '/jobs', 200, ({ base }) => fetch(`${base}/jobs?limit=5&state=running`)],
  ['get', '/jobs', 422, ({ base }) => fetch(`${base}/jobs?limit=0&state=walking`)],
  ['get', '/jobs/{id}', 200, ({ base }) => fetch(`${base}/jobs/nightly`)],
  ['get', '/jobs/{id}', 422, ({ base }) => fetch(`${base}/jobs/nightly?run=last`)],
  ['get', '/jobs/{id}/runs', 200, ({ base }) => fetch(`${base}/jobs/nightly/runs`)],
  ['get', '/jobs/{id}/runs', 404, ({ base }) => fetch(`${base}/jobs/weekly/runs`)],
  ['patch', '/jobs/{id}/pace', 422, ({ base }) => patch(`${base}/jobs/nightly/pace`, { rate: -1 })],
  ['patch', '/jobs/{id}/pace', 404, ({ base }) => patch(`${base}/jobs/weekly/pace`, { rate: 1 })],
  ['patch', '/jobs/{id}/pace', 202, ({ base }) => patch(`${base}/jobs/nightly/pace`, { every: '10s', batch_size: { min: 1, max: 3 } })],
  ['get', '/jobs/{id}/timeline', 200, ({ base }) => fetch(`${base}/jobs/nightly/timeline`)],
  ['get', '/jobs/{id}/timeline', 422, ({ base }) => fetch(`${base}/jobs/nightly/timeline?run=last`)],
  ['get', '/jobs/{id}/spec', 200, ({ base }) => fetch(`${base}/jobs/nightly/spec`)],
  ['get', '/jobs/{id}/spec', 404, ({ base }) => fetch(`${base}/jobs/weekly/spec`)],
  ['post', '/jobs/{id}/clean', 409, ({ base }) => post(`${base}/jobs/nightly/clean`)],
  ['post', '/jobs/{id}/pause', 202, ({ base }) => post(`${base}/jobs/nightly/pause`)],
  ['post', '/jobs/{id}/resume', 202, ({ base }) => post(`${base}/jobs/nightly/resume`)],
  ['post', '/jobs/{id}/stop', 202, ({ base }) => post(`${base}/jobs/nightly/stop`)],
  ['get', '/jobs/{id}/live', 200, ({ base }) => fetch(`${base}/jobs/nightly/live`)],
  ['get', '/jobs/{id}/live', 404, ({ base }) => fetch(`${base}/jobs/weekly/live`)],
  ['post', '/jobs/{id}/clean', 202, ({ base }) => post(`${base}/jobs/nightly/clean`)],
  ['patch', '/jobs/{id}/pace', 409, ({ base }) => patch(`${base}/jobs/nightly/pace`, { rate: 1 })],
  ['post', '/jobs/{id}/pause', 409, ({ base }) => post(`${base}/jobs/nightly/pause`)],
  ['get', '/crisis/status', 200, ({ base }) => fetch(`${base}/crisis/status`)],
  ['post', '/crisis/stop', 409, ({ base }) => post(`${base}/crisis/stop`)],
  ['post', '/crisis/generate', 422, ({ base }) => post(`${base}/crisis/generate`, {})],
  ['post', '/crisis/generate', 200, ({ base }) => post(`${base}/crisis/generate`, { duration_minutes: 5, rate_per_second: 5 })],
  ['post', '/crisis/pause', 200, ({ base }) => post(`${base}/crisis/pause`)],
  ['get', '/crisis/status', 200, ({ base }) => fetch(`${base}/crisis/status`)],
  ['post', '/crisis/resume', 200, ({ base }) => post(`${base}/crisis/resume`)],
  ['post', '/crisis/stop', 200, ({ base }) => post(`${base}/crisis/stop`)],
  ['post', '/schedules', 422, ({ base }) => post(`${base}/schedules`, { ...hourly, every: '1h' })],
  ['post', '/schedules', 201, ({ base }) => post(`${base}/schedules`, hourly)],
  ['post', '/schedules', 409, ({ base }) => post(`${base}/schedules`, hourly)],
  ['get', '/schedules', 200, ({ base }) => fetch(`${base}/schedules`)],
  ['get', '/schedules/{id}', 200, ({ base }) => fetch(`${base}/schedules/hourly`)],
  ['get', '/schedules/{id}', 404, ({ base }) => fetch(`${base}/schedules/daily`)],
  ['patch', '/schedules/{id}', 200, ({ base }) => patch(`${base}/schedules/hourly`, { enabled: true, every: 'PT30S' })],
  ['patch', '/schedules/{id}', 422, ({ base }) => patch(`${base}/schedules/hourly`, { every: 'PT0.5S' })],
  ['patch', '/schedules/{id}', 404, ({ base }) => patch(`${base}/schedules/daily`, { enabled: true })],
  ['post', '/schedules/{id}/trigger', 202, ({ base }) => post(`${base}/schedules/hourly/trigger`)],
  ['post', '/schedules/{id}/trigger', 409, ({ base }) => post(`${base}/schedules/hourly/trigger`)],
  ['delete', '/schedules/{id}', 200, ({ base }) => remove(`${base}/schedules/hourly`)],
  ['delete', '/schedules/{id}', 404, ({ base }) => remove(`${base}/schedules/hourly`)],
  ['post', '/tutoring/invoke', 422, ({ base }) => post(`${base}/tutoring/invoke`, { stream_count: 0 })],
  ['post', '/tutoring/invoke', 202, ({ base }) => post(`${base}/tutoring/invoke`)],
  ['post', '/tutoring/invoke', 200, completedInvocation],
  ['post', '/api/mock/events/generate', 202, ({ base }) => post(`${base}${GENERATE}`, { email: 'a@example.com', event_type: 'sent' })],
  ['post', '/api/mock/events/generate', 202, ({ base }) => post(`${base}${GENERATE}`, { count: 10 })],
  ['post', '/api/mock/events/generate', 422, ({ base }) => post(`${base}${GENERATE}`, { event_type: 'read' })],
  ...['/fleet', '/fleet/api'].flatMap((at): typeof calls => [
    ['get', `${at}/health`, 200, ({ base }) => fetch(`${base}${at}/health`)],
    ['post', `${at}/resume`, 200, ({ base }) => post(`${base}${at}/resume`)],
    ['get', `${at}/status`, 200, ({ base }) => fetch(`${base}${at}/status`)],
    ['post', `${at}/clean`, 409, ({ base }) => post(`${base}${at}/clean`)],
    ['post', `${at}/pause`, 200, ({ base }) => post(`${base}${at}/pause`)],
    ['post', `${at}/clean`, 200, ({ base }) => post(`${base}${at}/clean`)],
    ['get', `${at}/logs`, 200, ({ base }) => fetch(`${base}${at}/logs?limit=5&level=error`)],
    ['get', `${at}/logs`, 422, ({ base }) => fetch(`${base}${at}/logs?limit=0`)],
  ]),
];

test('every answer is one that the document describes, and every success that the document describes is seen', async () => {
  const api = await serve();
  const document = await documentOf(api.base);
  const unseen = new Set(
    Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).flatMap(([method, { responses }]) =>
        Object.keys(responses).flatMap((status) => (status.startsWith('2') ? [`${method} ${path} ${status}`] : [])),
      ),
    ),
  );
  for (const [method, path, status, call] of calls) {
    const response = await call(api);
    expect(`${method} ${path} ${String(response.status)}`).toBe(`${method} ${path} ${String(status)}`);
    const type = response.headers.get('content-type')?.split(';')[0] ?? '';
    const schema = document.paths[path]?.[method]?.responses[String(status)]?.content[type]?.schema;
    if (schema === undefined) throw new Error(`${method} ${path} ${String(status)} ${type} is not documented`);
    const validate = validator(schema, document.components);
    const text = await response.text();
    const body: unknown = type === 'text/event-stream' || type === 'text/plain' ? text : parse(text);
    expect({ call: `${method} ${path}`, errors: validate(body) ? null : validate.errors }).toEqual({
      call: `${method} ${path}`,
      errors: null,
    });
    unseen.delete(`${method} ${path} ${String(status)}`);
  }
  expect([...unseen]).toEqual([]);
  // Compiles the schema of every answer, on whatever the machine has left.
}, 30_000);

test('what the document says of a body is what is accepted, so that a client made from it works', async () => {
  const { paths } = await documentOf((await serve()).base);
  const generate = ajv().compile(paths['/crisis/generate']?.post?.requestBody?.content['application/json']?.schema ?? {});
  expect(generate({ duration_minutes: 60, rate_per_second: 0.5 })).toBe(true);
  expect(generate({ duration_minutes: 61, rate_per_second: 0.5 })).toBe(false);
  expect(generate({ duration_minutes: 1, rate_per_second: 5, extra: 1 })).toBe(false);
  const job = ajv().compile(paths['/jobs']?.post?.requestBody?.content['application/yaml']?.schema ?? {});
  expect(job(spec)).toBe(true);
  expect(job({ ...spec, load: { pace: { rate: -1 } } })).toBe(false);
  expect(job({ ...spec, sink: 'nowhere' })).toBe(false);
});

test('each mount has a document of its own, with the paths as they are called there', async () => {
  const api = await serve();
  const paths = Object.keys((await documentOf(api.crisis)).paths).sort();
  expect(paths).toEqual(['/generate', '/healthz', '/pause', '/readyz', '/resume', '/status', '/stop']);
  const mounted = await documentOf(`${api.base}/crisis`);
  expect(Object.keys(mounted.paths).sort()).toEqual(['generate', 'pause', 'resume', 'status', 'stop'].map((path) => `/crisis/${path}`));
  expect(mounted).not.toHaveProperty('servers');
});

test('what the page fills in is a call that works, and what it shows are answers that could be', async () => {
  const { base } = await serve();
  const document = await documentOf(base);
  const shown: string[] = [];
  for (const [path, methods] of Object.entries(document.paths)) {
    for (const [method, { requestBody, responses }] of Object.entries(methods)) {
      for (const [status, { content }] of [
        ...Object.entries(responses),
        ...(requestBody === undefined ? [] : [['body', requestBody] as const]),
      ]) {
        for (const { schema, example } of Object.values(content)) {
          if (example === undefined) continue;
          shown.push(`${method} ${path} ${status}`);
          const validate = validator(schema, document.components);
          expect([method, path, status, validate(example) ? null : validate.errors]).toEqual([method, path, status, null]);
        }
      }
    }
  }
  for (const call of ['generate body', 'generate 200', 'generate 422', 'status 200', 'stop 200', 'pause 200']) {
    expect(shown.some((one) => one.endsWith(`/crisis/${call}`))).toBe(true);
  }
  const generate = document.paths['/crisis/generate']?.post;
  const body = generate?.requestBody?.content['application/json']?.example;
  const answer = generate?.responses['200']?.content['application/json']?.example;
  expect(await (await post(`${base}/crisis/generate`, body)).json()).toEqual(answer);
});

test('nothing that a page would make numbers of nonsense from is in the document, nor a box to choose a server', async () => {
  const { base } = await serve();
  const text = await (await fetch(`${base}/openapi.json`)).text();
  expect(text).not.toContain(String(Number.MAX_SAFE_INTEGER));
  expect(text).not.toMatch(/"format":"date-time","pattern"|"servers"/);
});

test('calls stand under headings, crisis first, and every problem says what it means', async () => {
  const { tags, paths } = await documentOf((await serve()).base);
  expect(tags.map(({ name }) => name)).toEqual(['crisis', 'fleet', 'jobs', 'schedules', 'tutoring', 'email', 'catalogue', 'health']);
  expect(Object.keys(paths)[0]).toBe('/crisis/generate');
  const descriptions = Object.values(paths).flatMap((methods) =>
    Object.values(methods).flatMap(({ responses }) => Object.values(responses).map(({ description }) => description)),
  );
  expect(descriptions).not.toContain('Problem.');
});
