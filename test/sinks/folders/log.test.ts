/** The generator's log: what is written can be asked for, cheaply, and it never stands in anybody's way. */
import { promises as fs } from 'node:fs';
import { join } from 'node:path';
import { folders } from '../../../src/sinks/folders';
import { LogFile, LOG_NAME } from '../../../src/sinks/folders/log-file';
import { LogReader } from '../../../src/sinks/folders/log-reader';
import { noTotals } from '../../../workflows/ledger';
import { commitAll } from '../conformance';
import { tempFolder } from '../temp-folder';

const today = () => new Date().toISOString().slice(0, 10);
const line = (level: string, message: string) =>
  `${JSON.stringify({ timestamp: '2026-01-05T23:10:00.000Z', component: 'generator', run_id: null, level, message, metadata: {} })}\n`;

async function logOf(days: Record<string, string>): Promise<string> {
  const folder = await tempFolder();
  for (const [date, text] of Object.entries(days)) {
    await fs.mkdir(join(folder, date));
    await fs.writeFile(join(folder, date, LOG_NAME), text);
  }
  return folder;
}

const said = async (reader: LogReader, limit: number, level: 'debug' | 'info' | 'warn' | 'error') => {
  const { entries, total } = await reader.query({ limit, level });
  return { said: entries.map(({ message }) => message), total };
};

describe('what the generator says', () => {
  it('is a line in the file of its day, with these keys', async () => {
    const folder = await tempFolder();
    const log = new LogFile(folder);

    log.append({
      component: 'generator',
      run: 'r',
      level: 'info',
      message: 'Starting generator in emulated mode',
      metadata: { mode: 'emulated' },
    });
    log.append({ component: 'company_generator', run: 'r', level: 'warn', message: 'second', metadata: {} });
    await log.flush();

    const lines = (await fs.readFile(join(folder, today(), LOG_NAME), 'utf8')).trimEnd().split('\n');
    expect(lines.map((text) => Object.keys(JSON.parse(text) as object))).toEqual(
      Array.from({ length: 2 }, () => ['timestamp', 'component', 'run_id', 'level', 'message', 'metadata']),
    );
    expect(await said(new LogReader(folder), 10, 'debug')).toEqual({ said: ['Starting generator in emulated mode', 'second'], total: 2 });
  });

  it('goes into a new file when somebody has deleted the old one', async () => {
    const folder = await tempFolder();
    const log = new LogFile(folder);
    const say = async (message: string) => {
      log.append({ component: 'generator', run: 'r', level: 'info', message, metadata: {} });
      await log.flush();
    };
    await say('first');
    await fs.rm(join(folder, today()), { recursive: true });

    await say('second');

    expect(await said(new LogReader(folder), 10, 'debug')).toEqual({ said: ['second'], total: 1 });
  });

  it('is dropped in silence where it cannot be written', async () => {
    const folder = await tempFolder();
    await fs.writeFile(join(folder, today()), 'a file in the place of the folder');
    const log = new LogFile(folder);

    log.append({ component: 'generator', run: 'r', level: 'info', message: 'lost', metadata: {} });

    await expect(log.flush()).resolves.toBeUndefined();
  });
});

it('is told by the sink to the file and to its process, in the same words', async () => {
  const dataDir = await tempFolder();
  const told: string[] = [];
  const sink = folders.create(folders.options.parse({ mode: 'emulated' }), {
    dataDir,
    env: {},
    log: ({ message }) => told.push(message),
  });
  const part = { job: 'fleet', run: '20260105T231001.000Z', stream: 'drivers', shard: 0, shards: 1 };
  const writer = sink.open({ part, generation: 1, create: true, known: { next: 0, totals: noTotals() } });
  await writer.committed();
  await commitAll(writer, part, 2);
  await writer.close();
  await sink.close();

  const expected = ['Starting generator in emulated mode', 'Driver batch 1: 0 events generated', 'Driver batch 2: 2 events generated'];
  expect(told).toEqual(expected);
  expect(await said(new LogReader(join(dataDir, 'manifests/logs')), 10, 'info')).toEqual({ said: expected, total: 3 });
});

describe('a question about the log', () => {
  it('answers the newest of that level or worse, newest last, and how many there are in all days', async () => {
    const reader = new LogReader(
      await logOf({
        '2026-01-04': line('info', 'a') + line('error', 'b') + line('debug', 'c'),
        '2026-01-05': line('warn', 'd') + line('info', 'e'),
        notes: line('error', 'not a day'),
      }),
    );

    expect(await said(reader, 10, 'debug')).toEqual({ said: ['a', 'b', 'c', 'd', 'e'], total: 5 });
    expect(await said(reader, 3, 'info')).toEqual({ said: ['b', 'd', 'e'], total: 4 });
    expect(await said(reader, 10, 'warn')).toEqual({ said: ['b', 'd'], total: 2 });
    expect(await said(reader, 1, 'error')).toEqual({ said: ['b'], total: 1 });
  });

  it('is answered from what is there meanwhile: lines added, a line in the making, a file that begins anew', async () => {
    const folder = await logOf({ '2026-01-05': line('info', 'a') });
    const path = join(folder, '2026-01-05', LOG_NAME);
    const reader = new LogReader(folder);
    const half = line('error', 'b');
    await said(reader, 10, 'debug');

    await fs.appendFile(path, half.slice(0, 40));
    expect(await said(reader, 10, 'debug')).toEqual({ said: ['a'], total: 1 });
    await fs.appendFile(path, half.slice(40));
    expect(await said(reader, 10, 'debug')).toEqual({ said: ['a', 'b'], total: 2 });
    await fs.rm(path);
    expect(await said(reader, 10, 'debug')).toEqual({ said: [], total: 0 });
    await fs.writeFile(path, line('warn', 'c'));
    expect(await said(reader, 10, 'debug')).toEqual({ said: ['c'], total: 1 });
  });

  it('takes no harm from lines that are not ours, however long', async () => {
    const reader = new LogReader(
      await logOf({
        '2026-01-05': `not json\n${line('info', 'a')}${'x'.repeat(3_000_000)}\n{"level":"info"}\n${line('error', 'é'.repeat(1000))}`,
      }),
    );

    const { entries, total } = await reader.query({ limit: 10, level: 'debug' });

    expect(entries.map(({ message }) => message.slice(0, 1))).toEqual(['a', 'é']);
    expect(total).toBe(3);
  });

  it('is answered without reading the whole file again after a restart', async () => {
    const folder = await logOf({ '2026-01-05': line('info', 'a'.repeat(200)).repeat(60_000) + line('error', 'last') });
    expect(await said(new LogReader(folder), 1, 'error')).toEqual({ said: ['last'], total: 1 });
    const read = jest.spyOn(await handlePrototype(folder), 'read');

    expect(await said(new LogReader(folder), 1, 'error')).toEqual({ said: ['last'], total: 1 });

    expect(read.mock.calls.length).toBeLessThan(3);
    read.mockRestore();
  });
});

async function handlePrototype(folder: string): Promise<fs.FileHandle> {
  const file = await fs.open(join(folder, '2026-01-05', LOG_NAME));
  await file.close();
  return Object.getPrototypeOf(file) as fs.FileHandle;
}
