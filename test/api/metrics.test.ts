import { post, serve } from './rig';

test('refusals are counted under the path as documented, also below a mount', async () => {
  const { base, crisis } = await serve();
  await post(`${base}/crisis/generate`, {});
  await post(`${base}/fleet/nothing`);
  await fetch(`${base}/crisis/generate`);
  await post(`${crisis}/generate`, {});
  await fetch(`${base}/jobs/nobody`);

  const page = await (await fetch(`${base}/metrics`)).text();

  const answered = page.split('\n').flatMap((line) => {
    const [, method, route, status, count] =
      /^evergen_http_request_duration_seconds_count\{method="(.+)",route="(.+)",status="(\d+)"\} (\d+)/.exec(line) ?? [];
    return method === undefined ? [] : [[method, route, status, count].join(' ')];
  });
  expect(answered.sort()).toEqual([
    'GET /crisis/generate 405 1',
    'GET /jobs/{id} 404 1',
    'POST /crisis/generate 422 1',
    'POST /generate 422 1',
    'POST other 404 1',
  ]);
});
