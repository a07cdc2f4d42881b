/** Python's random and json; and its Faker, installed into a virtual environment that is gone with the measurement. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { packageRoot } from '../../src/config/package-root';
import type { Peer } from './peer';

const FAKER = 'Faker==40.63.0';
const INSTALL_MS = 120_000;

const script = (name: string) => join(packageRoot(), 'bench/peers', name);

/** @returns the peer, or one sentence that says why there is none */
export async function findPython(): Promise<Peer | string> {
  try {
    const { stdout } = await promisify(execFile)('python3', ['--version']);
    return {
      title: `${stdout.trim()}, random and json`,
      share: 1 / 5,
      command: (events, file) => ({ program: 'python3', args: [script('crisis.py'), 'random', String(events), file] }),
    };
  } catch (error) {
    return `Python is not measured: ${reason(error)}`;
  }
}

/** @returns the peer, or one sentence that says why there is none */
export async function findPythonFaker(folder: string, variables: NodeJS.ProcessEnv): Promise<Peer | string> {
  const environment = join(folder, 'venv');
  const python = join(environment, 'bin/python');
  const limits = { timeout: INSTALL_MS, env: variables };
  try {
    await promisify(execFile)('python3', ['-m', 'venv', environment], limits);
    await promisify(execFile)(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', FAKER], limits);
  } catch (error) {
    return `Python's ${FAKER} is not measured, as it could not be installed: ${reason(error)}`;
  }
  return {
    title: `Python's ${FAKER.replace('==', ' ')}`,
    share: 1 / 20,
    command: (events, file) => ({ program: python, args: [script('crisis.py'), 'faker', String(events), file] }),
  };
}

const reason = (error: unknown): string => (error instanceof Error ? (error.message.trim().split('\n').at(-1) ?? '') : String(error));
