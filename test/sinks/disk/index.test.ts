import { promises as fs } from 'node:fs';
import { join } from 'node:path';
import { disk } from '../../../src/sinks/disk';
import { commitAll, begin, freshPart, readAll } from '../conformance';
import { tempFolder } from '../temp-folder';

describe('the options of disk', () => {
  it.each(['exports', 'exports/nightly', 'Änderungen/v1.2'])('take the relative path %s', (path) => {
    expect(disk.options.safeParse({ path }).success).toBe(true);
  });

  it.each(['', '/etc', '..', 'a/../b', 'a//b', './a', '.writer', 'a\\b', 'a/', 'a\0b'])(
    'refuse the path %j, which might lead out',
    (path) => {
      expect(disk.options.safeParse({ path }).success).toBe(false);
    },
  );

  it('refuse what they do not know', () => {
    expect(disk.options.safeParse({ paht: 'x' }).success).toBe(false);
  });
});

describe('a disk sink', () => {
  it('lays a run out below jobs, or below its path', async () => {
    const dataDir = await tempFolder();
    const part = freshPart(3, 4);
    for (const [options, run] of [
      [{}, `jobs/nightly/${part.run}`],
      [{ path: 'exports/all' }, `exports/all/${part.run}`],
    ] as const) {
      const sink = disk.create(options, { dataDir, env: {} });
      const writer = await begin(sink, part);
      await commitAll(writer, part, 3);
      await writer.close();

      expect(sink.output(part)).toEqual({ kind: 'disk', path: join(dataDir, run) });
      expect(await fs.readFile(join(dataDir, run, 'intakes/03-000000.jsonl'), 'utf8')).toBe(await readAll(sink, part));
      expect(await fs.readdir(join(dataDir, run, '.writer/intakes-03'))).toEqual(['record.json']);
    }
  });

  it('follows no symbolic link out of the data directory', async () => {
    const dataDir = await tempFolder();
    const outside = await tempFolder();
    await fs.symlink(outside, join(dataDir, 'exports'));

    const begun = begin(disk.create({ path: 'exports' }, { dataDir, env: {} }), freshPart());

    await expect(begun).rejects.toMatchObject({
      code: 'SINK',
      canRetry: false,
      message: expect.stringContaining('outside the data directory'),
    });
    expect(await fs.readdir(outside)).toEqual([]);
  });

  it('does not let two jobs of one path share a run folder', async () => {
    const dataDir = await tempFolder();
    const sink = disk.create({ path: 'exports' }, { dataDir, env: {} });
    const part = freshPart();
    await (await begin(sink, part)).close();

    const other = begin(sink, { ...part, job: 'weekly' });

    await expect(other).rejects.toMatchObject({
      code: 'SINK',
      canRetry: false,
      message: expect.stringContaining('belongs to job nightly'),
    });
  });

  it('deletes its own files only, when it cleans', async () => {
    const dataDir = await tempFolder();
    const sink = disk.create({}, { dataDir, env: {} });
    const part = freshPart();
    const writer = await begin(sink, part);
    await commitAll(writer, part, 3);
    await writer.close();
    const folder = join(dataDir, 'jobs/nightly', part.run);
    for (const name of ['intakes/notes.txt', 'intakes/01-000000.jsonl', 'manifest.json']) await fs.writeFile(join(folder, name), 'mine');

    await sink.clean?.([part], 2);

    expect(await fs.readdir(join(folder, 'intakes'))).toEqual(['01-000000.jsonl', 'notes.txt']);
    expect((await fs.readdir(folder)).sort()).toEqual(['.writer', 'intakes', 'manifest.json']);
  });
});
