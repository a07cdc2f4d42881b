import { request } from 'node:http';
import { problemIn, post, serve } from './rig';

/** fetch does not let a caller choose the Host header. */
const statusFor = (base: string, path: string, host: string): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(base);
    request({ hostname, port, path, headers: { host } }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .once('error', reject)
      .end();
  });

test.each([
  ['localhost', 200],
  ['localhost:9999', 200],
  ['LOCALHOST', 200],
  ['127.0.0.1', 200],
  ['[::1]:8001', 200],
  ['evil.example', 403],
  ['localhost.evil.example', 403],
  ['127.0.0.1.evil.example:8001', 403],
])('a call to host %p gets %d: a page elsewhere may point its own name at this machine', async (host, status) => {
  const { crisis } = await serve();
  expect(await statusFor(crisis, '/status', host)).toBe(status);
});

test('probes come by address, whatever the host', async () => {
  const { crisis } = await serve({ token: 'secret' });
  expect(await statusFor(crisis, '/healthz', '10.0.0.7')).toBe(200);
  expect(await statusFor(crisis, '/readyz', '10.0.0.7')).toBe(200);
});

test('a page of another origin may not press our buttons, unless its origin is named', async () => {
  const { crisis } = await serve({ corsOrigins: ['https://console.example'] });
  expect((await problemIn(await post(`${crisis}/stop`, undefined, { origin: 'https://evil.example' }))).status).toBe(403);
  expect((await problemIn(await post(`${crisis}/stop`, undefined, { origin: 'null' }))).status).toBe(403);
  const named = await fetch(`${crisis}/status`, { headers: { origin: 'https://console.example' } });
  expect(named.headers.get('access-control-allow-origin')).toBe('https://console.example');
  const preflight = await fetch(`${crisis}/generate`, {
    method: 'OPTIONS',
    headers: { origin: 'https://console.example', 'access-control-request-method': 'POST' },
  });
  expect(preflight.status).toBe(204);
  expect((await fetch(`${crisis}/status`, { headers: { origin: crisis } })).status).toBe(200);
});

test('with a token every call needs it but the probes and the documentation page, which holds no data', async () => {
  const { base, crisis } = await serve({ token: 'secret' });
  for (const path of ['/jobs', '/openapi.json', '/docs/../jobs', '/docsx', '/crisis/openapi.json', '/crisis/status', '/nowhere']) {
    const response = await fetch(`${base}${path}`);
    expect(response.headers.get('www-authenticate')).toBe('Bearer');
    expect((await problemIn(response)).status).toBe(401);
  }
  for (const path of ['/docs', '/crisis/docs', '/docs/swagger-ui.css', '/']) expect((await fetch(`${base}${path}`)).status).toBe(200);
  const status = async (authorization: string) => (await fetch(`${crisis}/status`, { headers: { authorization } })).status;
  expect(await status('Bearer secret')).toBe(200);
  expect(await status('bearer secret')).toBe(200);
  expect(await status('Bearer secret2')).toBe(401);
  expect(await status('Bearer secre')).toBe(401);
  expect(await status('Basic secret')).toBe(401);
  expect((await fetch(`${crisis}/healthz`)).status).toBe(200);
});

test('an unknown path is a problem too, and answers say nothing of what they are made with', async () => {
  const { base } = await serve();
  const response = await fetch(`${base}/nowhere`);
  expect(response.headers.get('x-powered-by')).toBeNull();
  expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  expect((await problemIn(response)).status).toBe(404);
});

test('a fault of ours shows a request id and no stack; the log has the rest', async () => {
  const { base, jobs, faults } = await serve();
  jobs.list = () => Promise.reject(new Error('the inner secret'));
  const response = await fetch(`${base}/jobs`);
  const problem = await problemIn(response);
  expect(problem.status).toBe(500);
  expect(problem.detail).toMatch(/[0-9a-f-]{36}/);
  expect(JSON.stringify(problem)).not.toContain('secret');
  expect(faults).toHaveLength(1);
});
