/** `evergen email` through a real stack. */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { identityOf } from '../../src/scenarios/email/identity';
import { plainAddresses } from '../scenarios/email/addresses';
import { evergen } from './evergen';

jest.setTimeout(120_000);

const START = ['--seed', '1', '--start', '2026-01-01T00:00:00Z'];

test('the full set is written once, is what the dry run said, verifies, and holds no plain address, nor does anything else that was kept', async () => {
  const call = await evergen();

  const dry = JSON.parse((await call('email', '--dry-run', '--json', ...START)).out) as { events: number; sha256: string };
  const nothing = await readdir(call.dataDir);
  const run = await call('email', ...START);
  const [id = ''] = await readdir(join(call.dataDir, 'jobs'));
  const [name = ''] = await readdir(join(call.dataDir, 'jobs', id));
  const data = await readFile(join(call.dataDir, 'jobs', id, name, 'events', '00-000000.jsonl'));
  const verified = await call('verify', id);

  expect(nothing).toEqual([]);
  expect(run).toMatchObject({ code: 0 });
  expect(dry.events).toBeGreaterThanOrEqual(80_000);
  expect(createHash('sha256').update(data).digest('hex')).toBe(dry.sha256);
  expect(verified).toMatchObject({
    code: 0,
    out: expect.stringContaining(`verified: ${dry.events.toLocaleString('en-US')} events`) as string,
  });
  expect(await addressesIn(call.dataDir)).toEqual([]);
  // The addresses that were looked for are those of the set.
  const hashes = new Set(Array.from(data.toString('latin1').matchAll(/"recipient_email_hash":"(\w+)"/g), ([, hash]) => hash));
  expect(plainAddresses(1_000).filter((address) => hashes.has(identityOf(address).emailHash)).length).toBe(hashes.size);
  expect(hashes.size).toBeGreaterThan(990);
});

/** Plain addresses of the set's 1,000 recipients in any file of the folder — data, manifest, logs, Temporal's database —, as text or in base64. */
async function addressesIn(folder: string): Promise<string[]> {
  const needles = plainAddresses(1_000).flatMap((address) => [address, ...[0, 1, 2].map((offset) => base64Of(address, offset))]);
  const files = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
  const found: string[] = [];
  for (const { parentPath, name } of files) {
    const bytes = await readFile(join(parentPath, name), 'latin1');
    // Every address has an @, and every one of them this word.
    if (!/example|ZXhhbXBsZ|V4YW1wbG|leGFtcGxl/.test(bytes)) continue;
    found.push(...needles.filter((needle) => bytes.includes(needle)).map((needle) => `${needle} in ${join(parentPath, name)}`));
  }
  return found;
}

/** The part of the base64 text that does not depend on what stands `offset` bytes before the address, or after it. */
function base64Of(address: string, offset: number): string {
  const text = Buffer.from(`${' '.repeat(offset)}${address}`)
    .toString('base64')
    .replace(/=+$/, '');
  return text.slice(offset === 0 ? 0 : offset + 1, -1);
}
