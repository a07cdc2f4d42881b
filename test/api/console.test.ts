import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { problemIn, serve } from './rig';

/** fetch forbids that an answer comes from a cache when it is given conditions. */
const statusOf = (url: string, headers: Record<string, string>): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    get(url, { headers }, (response) => {
      response.resume();
      resolve(response.statusCode);
    }).once('error', reject);
  });

let consoleDir: string;
beforeEach(async () => {
  consoleDir = await mkdtemp(join(tmpdir(), 'evergen-console-'));
  await mkdir(join(consoleDir, 'assets'));
  await writeFile(join(consoleDir, 'index.html'), '<!doctype html><title>evergen</title>');
  await writeFile(join(consoleDir, 'assets', 'index-abc123.js'), 'export {};');
});
afterEach(() => rm(consoleDir, { recursive: true, force: true }));

test('the page is asked for anew each time, so that an upgrade shows; its files carry hashes and are kept', async () => {
  const { base } = await serve({ consoleDir });
  const page = await fetch(base);
  expect([page.status, page.headers.get('content-type'), page.headers.get('cache-control')]).toEqual([
    200,
    'text/html; charset=utf-8',
    'no-cache',
  ]);
  expect(await statusOf(base, { 'if-modified-since': page.headers.get('last-modified') ?? '' })).toBe(304);
  const file = await fetch(`${base}/assets/index-abc123.js`);
  expect([file.status, file.headers.get('cache-control')]).toEqual([200, 'public, max-age=31536000, immutable']);
});

test('the page may run and load what is in its own files, and nothing else', async () => {
  const { base } = await serve({ consoleDir });
  const policy = (await fetch(base)).headers.get('content-security-policy') ?? '';
  expect(policy).toMatch(/^default-src 'none';/);
  expect(policy).not.toMatch(/unsafe|https?:|data:|\*/);
});

test('the page that was built names nothing outside, and has no script or style in itself', async () => {
  const { base } = await serve();
  const html = await (await fetch(base)).text();
  expect(html).not.toMatch(/https?:|<style|style=|<script>|<script [^>]*>[^<]/);
  const addresses = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, address]) => address ?? '');
  expect(addresses.length).toBeGreaterThanOrEqual(3);
  for (const address of addresses) expect([address, (await fetch(`${base}${address}`)).status]).toEqual([address, 200]);
});

test('page and files hold no data, so they need no token: it is the page that asks for it', async () => {
  const { base } = await serve({ consoleDir, token: 'secret' });
  for (const path of ['/', '/assets/index-abc123.js']) expect((await fetch(`${base}${path}`)).status).toBe(200);
  for (const path of ['/assets/../jobs', '/assets/..%2fjobs', '/assets/x/y', '/assetsx'])
    expect((await fetch(`${base}${path}`)).status).toBe(401);
});

test('what is not there, or out of the folder, is a problem as everywhere; so is another method, and a page that was not built', async () => {
  await writeFile(join(consoleDir, 'secret.txt'), 'secret');
  const { base, crisis } = await serve({ consoleDir });
  for (const path of [
    '/assets/nothing.js',
    '/assets/..%2fsecret.txt',
    '/assets/%2e%2e/secret.txt',
    '/index.html',
    '/secret.txt',
    '/assets',
  ])
    expect([400, 403, 404]).toContain((await problemIn(await fetch(`${base}${path}`))).status);
  expect((await problemIn(await fetch(base, { method: 'POST' }))).status).toBe(405);
  expect((await fetch(`${crisis}/assets/index-abc123.js`)).status).toBe(404);
  await rm(join(consoleDir, 'index.html'));
  expect((await problemIn(await fetch(base))).detail).toMatch(/not built/);
});
