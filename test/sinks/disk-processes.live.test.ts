/** Real processes that write to one part and are stopped or killed by the operating system. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { dataOf, diskOver, emit, part, settle, undisturbed } from './disk-run';
import { tempFolder } from './temp-folder';

jest.setTimeout(60_000);

/** Enough commits that a process is busy for seconds. */
const ALL = 1500;

const running = new Set<ChildProcess>();
afterEach(() => {
  for (const child of running) child.kill('SIGKILL');
  running.clear();
});

interface Process {
  child: ChildProcess;
  ended: Promise<string>;
}

/** A writer in a process of its own, already at work. */
async function writer(dataDir: string, generation: number): Promise<Process> {
  const script = [require.resolve('./register-typescript.js'), require.resolve('./writer-process.ts')];
  const child = spawn(process.execPath, ['-r', ...script, dataDir, String(generation), String(ALL)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  running.add(child);
  let said = '';
  const ended = once(child, 'close').then(() => said.trim().split('\n').at(-1) ?? '');
  child.stdout?.setEncoding('utf8');
  const begins = new Promise<void>((resolve) => {
    child.stdout?.on('data', (text: string) => {
      said += text;
      resolve();
    });
  });
  await Promise.race([begins, ended]);
  return { child, ended };
}

const committed = async (dataDir: string): Promise<number> => (await diskOver(dataDir).read?.(part))?.next ?? 0;

/** Waits until the writer has got somewhere. */
async function progressBeyond(dataDir: string, next: number): Promise<void> {
  while ((await committed(dataDir)) <= next) await new Promise((resolve) => setTimeout(resolve, 3));
}

describe('a writer in a process of its own', () => {
  it('that is killed again and again writes the bytes of an undisturbed run', async () => {
    const dataDir = await tempFolder();
    await settle(diskOver(dataDir), 1, true);

    for (let kills = 0; kills < 8; kills++) {
      const { child, ended } = await writer(dataDir, 1);
      await progressBeyond(dataDir, (await committed(dataDir)) + 5 * kills);
      child.kill('SIGKILL');
      await ended;
    }
    const next = await committed(dataDir);
    const { ended } = await writer(dataDir, 1);

    expect(next).toBeGreaterThan(0);
    expect(next).toBeLessThan(ALL);
    expect(await ended).toBe(`done ${ALL}`);
    expect(await dataOf(dataDir)).toEqual(await undisturbed(await tempFolder(), ALL));
  });

  it('that is stopped by the system and goes on after its successor has finished is superseded', async () => {
    const expected = await undisturbed(await tempFolder(), ALL);
    for (const delay of [0, 1, 2, 5, 8]) {
      const dataDir = await tempFolder();
      await settle(diskOver(dataDir), 1, true);
      const { child, ended } = await writer(dataDir, 1);
      await progressBeyond(dataDir, 3);
      await new Promise((resolve) => setTimeout(resolve, delay));
      child.kill('SIGSTOP');
      await settle(diskOver(dataDir), 2);
      await emit(diskOver(dataDir), 2, ALL, [50]);
      expect(await dataOf(dataDir)).toEqual(expected);

      child.kill('SIGCONT');

      expect(await ended).toMatch(/^SUPERSEDED /);
      expect(await dataOf(dataDir)).toEqual(expected);
    }
  });
});
