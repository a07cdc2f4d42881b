/** The command line as people run it: a process with a DATA_DIR and ports of its own, until the test file ends. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { atEnd } from '../support/cleanup';

const PROGRAM = join(__dirname, '..', '..', 'evergen');
const ANY = { EVERGEN_PORT: '0', CRISIS_PORT: '0', FLEET_PORT: 'off', TEMPORAL_PORT: '0', TEMPORAL_UI_PORT: 'off' };

export interface Ended {
  code: number | null;
  out: string;
  err: string;
}

export interface Evergen {
  readonly dataDir: string;
  /** Runs one command to its end. */
  (...words: string[]): Promise<Ended>;
  /** Starts one. */
  start(...words: string[]): { child: ChildProcess; ended: Promise<Ended> };
}

/** Whatever is up when the file ends is ended, and the data removed. @param more variables besides those of this process */
export async function evergen(more: Readonly<Record<string, string>> = {}): Promise<Evergen> {
  const dataDir = await mkdtemp(join(tmpdir(), 'evergen-cli-'));
  const start: Evergen['start'] = (...words) => {
    const child = spawn(process.execPath, [PROGRAM, ...words], {
      cwd: dataDir,
      env: { ...process.env, ...ANY, ...more, DATA_DIR: dataDir },
    });
    const code = new Promise<number | null>((resolve) => child.once('close', resolve));
    child.stdin.end();
    const ended = Promise.all([code, text(child.stdout), text(child.stderr)]).then(([code, out, err]) => ({ code, out, err }));
    return { child, ended };
  };
  const call = (...words: string[]): Promise<Ended> => start(...words).ended;
  atEnd(async () => {
    await call('down');
    await rm(dataDir, { recursive: true, force: true });
  });
  return Object.assign(call, { dataDir, start });
}
