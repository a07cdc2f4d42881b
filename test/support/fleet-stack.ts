/** The fleet generator as its users run it, in a folder of its own: a configuration file, the command line, and the address that answers. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { packageRoot } from '../../src/config/package-root';
import { atEnd } from './cleanup';

export interface Health {
  status: string;
  generation_mode: string;
  company_generator: { total_batches: number };
  driver_generator: { total_batches: number };
  run_id: string;
}

/** Whatever is up when the file ends is ended, and the folder removed. */
export async function fleetFolder() {
  const folder = await mkdtemp(join(tmpdir(), 'evergen-fleet-'));
  const dataDir = join(folder, 'data');
  const env = {
    ...process.env,
    DATA_DIR: dataDir,
    EVERGEN_PORT: '0',
    CRISIS_PORT: 'off',
    FLEET_PORT: '0',
    TEMPORAL_PORT: '0',
    TEMPORAL_UI_PORT: 'off',
  };
  const main = join(packageRoot(), 'dist/src/cli/main.js');
  const run = (...args: string[]) => promisify(execFile)(process.execPath, [main, ...args], { env, cwd: folder });
  const evergen = async (...args: string[]) => (await run(...args)).stdout;
  atEnd(async () => {
    await evergen('down').catch(() => undefined);
    await killAll(dataDir);
    await rm(folder, { recursive: true, force: true });
  });
  await mkdir(join(folder, 'src/config'), { recursive: true });
  const address = async (of: 'fleet' | 'api' = 'fleet') => {
    const record = JSON.parse(await readFile(join(dataDir, 'run/up.json'), 'utf8')) as { addresses: Record<typeof of, string> };
    return record.addresses[of];
  };
  const rows = async (path: string) =>
    (await readFile(join(folder, 'data/raw', path), 'utf8'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { company_id: string });
  return {
    folder,
    dataDir,
    evergen,
    /** Begins a command; nobody minds how it ends. */
    begin(...args: string[]): void {
      run(...args).catch(() => undefined);
    },
    /** SIGKILL of every process of this folder in one moment: supervisor, Temporal's server, worker, facade, and commands. @returns how many those were */
    killEverything: () => killAll(dataDir),
    configure: (text: string) => writeFile(join(folder, 'src/config/config.active.yaml'), text),
    health: async () => (await (await fetch(`${await address()}/api/health`)).json()) as Health,
    say: async (action: string) =>
      (await (await fetch(`${await address()}/${action}`, { method: 'POST' })).json()) as Record<string, unknown>,
    /** Whether the pause is in force to the end: nobody writes any more. */
    async settled() {
      const job = (await (await fetch(`${await address('api')}/jobs/fleet`)).json()) as { state: string; settling: boolean };
      return job.state === 'paused' && !job.settling;
    },
    batches: async () => (await readdir(join(folder, 'data/raw/events'))).sort(),
    rows,
    numbers: async (path: string) => [...new Set((await rows(path)).map(({ company_id }) => Number(company_id.slice(2))))],
  };
}

/** Every process that was started with this DATA_DIR, found by its environment: also one that no record names yet. */
async function killAll(dataDir: string): Promise<number> {
  const killed = new Set<number>();
  for (let left = processesOf(dataDir); left.length > 0; left = processesOf(dataDir)) {
    for (const pid of left) kill(pid);
    for (const pid of left) killed.add(pid);
    await sleep(10);
  }
  return killed.size;
}

function processesOf(dataDir: string): number[] {
  // Elsewhere than on Linux nothing is found, and whoever wanted to kill something sees that.
  return (existsSync('/proc') ? readdirSync('/proc') : [])
    .map(Number)
    .filter((pid) => pid > 0 && environmentOf(pid).includes(`DATA_DIR=${dataDir}`));
}

/** Empty of a process that has ended, and of somebody else's. */
function environmentOf(pid: number): string[] {
  try {
    return readFileSync(`/proc/${String(pid)}/environ`, 'utf8').split('\0');
  } catch {
    return [];
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It was faster.
  }
}
