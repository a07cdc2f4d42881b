import { problemIn, serve } from './rig';

test.each(['', '/crisis'])('the documentation page under %p loads all it needs from here: it works without a network', async (mount) => {
  const { base } = await serve();
  const response = await fetch(`${base}${mount}/docs`);
  const html = await response.text();
  expect(response.headers.get('content-type')).toMatch(/^text\/html/);
  expect(html).not.toMatch(/https?:/);
  expect(html).not.toMatch(/<script>|<script [^>]*>[^<]/);
  const addresses = [...html.matchAll(/(?:src|href|data-document)="([^"]+)"/g)].map(([, address]) => address ?? '');
  expect(addresses).toHaveLength(5);
  for (const address of addresses) {
    const part = await fetch(`${base}${address}`);
    expect([address, part.status]).toEqual([address, 200]);
    await part.arrayBuffer();
  }
});

test('the content security policy lets nothing in from outside, and the page asks no validator elsewhere', async () => {
  const { crisis } = await serve();
  const page = await fetch(`${crisis}/docs`);
  expect(page.headers.get('content-security-policy')).toMatch(/default-src 'none'; script-src 'self'/);
  expect(await (await fetch(`${crisis}/docs/init.js`)).text()).toContain('validatorUrl: null');
});

test('an address that leads out of the packaged files leads nowhere', async () => {
  const { crisis } = await serve();
  for (const path of ['/docs/..%2f..%2fpackage.json', '/docs/%2e%2e/%2e%2e/package.json', '/docs/nothing.js', '/docs/%']) {
    const answer = await problemIn(await fetch(`${crisis}${path}`));
    expect([400, 403, 404]).toContain(answer.status);
  }
});

test.each([
  ['', '/docs'],
  ['/', '/docs'],
  ['/crisis', '/crisis/docs'],
])('%p leads to the documentation, as people open the bare address first', async (path, target) => {
  const { base, crisis } = await serve();
  // The bare address of the port of everything is the console.
  const response = await fetch(`${path === '/crisis' ? base : crisis}${path}`, { redirect: 'manual' });
  expect([response.status, response.headers.get('location')]).toEqual([302, target]);
});

test('the wrong method is named', async () => {
  const { base } = await serve();
  expect((await problemIn(await fetch(`${base}/openapi.json`, { method: 'DELETE' }))).status).toBe(405);
});
