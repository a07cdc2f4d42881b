import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Ledger } from '../../src/connector/ledger';
import { Outlet } from '../../src/connector/outlet';
import { sinks } from '../../src/sinks';
import { tempFolder } from '../sinks/temp-folder';

test('an outlet whose ledger could not be begun begins it when it is opened again: no run goes unnoted', async () => {
  const dataDir = await tempFolder();
  const folder = join(dataDir, 'keys');
  const now = () => new Date('2026-01-05T23:10:00.000Z');
  const ledger = await Ledger.open(folder, 'disk', now);
  const outlet = new Outlet(await sinks.get('disk').create({ path: 'connector' }, { dataDir, env: {} }), ledger, now);

  await rm(folder, { recursive: true });
  await expect(outlet.open()).rejects.toThrow('ENOENT');
  await mkdir(folder);
  await outlet.open();
  await Promise.all([outlet.close(), ledger.close()]);

  expect(ledger.head?.run).toMatch(/^2026/);
  expect((await Ledger.open(folder, 'disk', now)).head).toEqual(ledger.head);
});
