/** `evergen completion`: what a shell is offered, asked in the way in which its script asks. */
import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { packageRoot } from '../../src/config/package-root';
import { tempFolder } from '../sinks/temp-folder';
import { inProcess } from './in-process';

/** What a command writes; the library writes by itself. */
async function written(folder: string, ...words: string[]): Promise<string[]> {
  const lines: string[] = [];
  const log = jest.spyOn(console, 'log').mockImplementation((line: string) => void lines.push(line));
  try {
    await inProcess(folder, ...words);
  } finally {
    log.mockRestore();
  }
  return lines;
}

/** Words offered after these. */
const offered = async (folder: string, ...words: string[]): Promise<string[]> =>
  (await written(folder, 'complete', '--', ...words)).filter((line) => !line.startsWith(':')).map((line) => line.split('\t')[0] ?? '');

test('commands, those of a command, and options are completed by their beginning', async () => {
  expect(await offered('/nowhere', 'st')).toEqual(expect.arrayContaining(['status', 'stop']));
  expect(await offered('/nowhere', 'schedule', 'en')).toEqual(['enable']);
  expect(await offered('/nowhere', 'run', '--st')).toEqual(['--start', '--stdout']);
});

test('what the shell itself calls is not offered', async () => {
  expect(await offered('/nowhere', 'compl')).toEqual(['completion']);
});

test('scenarios and specifications of the folder stand for SPEC, jobs with data for an id', async () => {
  const folder = await tempFolder();
  await writeFile(join(folder, 'nightly.yaml'), '');
  await writeFile(join(folder, 'notes.txt'), '');
  await mkdir(join(folder, 'jobs', 'crisis-intake'), { recursive: true });

  expect(await offered(folder, 'run', '')).toEqual(expect.arrayContaining(['crisis', 'fleet', 'nightly.yaml']));
  expect(await offered(folder, 'run', 'ni')).toEqual(['nightly.yaml']);
  expect(await offered(folder, 'pause', '')).toEqual(['crisis-intake']);
  expect(await offered(folder, 'run', 'crisis', '--to', 'd')).toEqual(['disk', 'drop']);
});

test('bash takes the script, which calls this very program', async () => {
  const script = (await written('/nowhere', 'completion', 'bash')).join('\n');

  expect(script).toContain(`'${join(packageRoot(), 'evergen')}' complete -- `);
  await promisify(execFile)('bash', ['-n', '-c', script]);
});

test('a shell that it does not know is refused', async () => {
  expect(await inProcess('/nowhere', 'completion', 'tcsh')).toMatchObject({ code: 2 });
});
