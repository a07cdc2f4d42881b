/** On a bare machine the script says what to install, all of it at once, and makes nothing. */
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { atEnd } from '../support/cleanup';
import { findPrograms, SERVER_VERSION } from './programs';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'evergen-programs-'));
  atEnd(() => rm(folder, { recursive: true, force: true }));
});

/** No Go, no PostgreSQL, an empty cache. */
const bare = () => ({ variables: { PATH: folder, XDG_CACHE_HOME: join(folder, 'cache') }, say: () => undefined });
const programsIn = async (place: string, ...names: string[]) => {
  await mkdir(place, { recursive: true });
  for (const name of names) await writeFile(join(place, name), '', { mode: 0o755 });
};
const server = () => join(folder, 'cache', 'evergen', `temporal-server-${SERVER_VERSION}-${process.platform}-${process.arch}`);

test('without Go and without PostgreSQL both are named, each with the way out', async () => {
  const [postgres, temporal, ...more] = await findPrograms(bare(), join(folder, 'debian')).then(
    () => [],
    (error: Error) => error.message.split('\n'),
  );

  expect(postgres).toMatch(/^no PostgreSQL server: .*; install it \(Debian: apt-get install postgresql\), it need not be running$/);
  expect(temporal).toMatch(/^no Temporal server: Go is not installed; install Go 1\.26\.4 or newer/);
  expect(more).toEqual([]);
  expect((await readdir(join(folder, 'cache', 'evergen'))).filter((name) => !name.endsWith('.lock'))).toEqual([]);
});

test("Debian's newest PostgreSQL is taken, which is not on PATH, and a server that is in the cache already", async () => {
  const debian = join(folder, 'debian');
  for (const version of ['9.6', '15', '17']) await programsIn(join(debian, version, 'bin'), 'initdb', 'postgres', 'pg_isready', 'psql');
  await programsIn(join(debian, '18', 'bin'), 'psql');
  await programsIn(server(), 'server', 'sql');

  expect(await findPrograms(bare(), debian)).toEqual({ postgres: join(debian, '17', 'bin'), temporal: server() });
  expect(existsSync(join(server(), 'server'))).toBe(true);
});
