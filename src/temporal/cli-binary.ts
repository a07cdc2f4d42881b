/** The Temporal CLI, which holds the development server: on PATH, cached, downloaded, or built. */
import { existsSync, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { Variables } from '../config/env';
import { UserError } from '../spec/failures';
import { buildCli } from './cli-build';
import { downloadCli } from './cli-download';
import { cliVersion, compareVersions } from './cli-version';
import { waitForLock } from './lock';

const CLI_VERSION = '1.8.2';
/** An older one on PATH is passed over: its server lacks summaries of workflows, timers and activities, and updates. */
const OLDEST = '1.4.0';

export interface Search {
  /** The process's variables: PATH, HOME, XDG_CACHE_HOME, and what Go reads. */
  variables: Variables;
  /** Takes a line for people, when something takes long or fails. */
  say: (line: string) => void;
}

/** `$XDG_CACHE_HOME/evergen`, else `~/.cache/evergen`. */
export const cacheFolder = (variables: Variables): string => join(variables['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'evergen');

/** Where a downloaded or built CLI is kept: one file a version and platform. */
const cachedCli = (cache: string): string => join(cache, `temporal-${CLI_VERSION}-${process.platform}-${process.arch}`);

/**
 * Finds the CLI, or makes it: the first time takes a download of 40 MB, or a build of three to five minutes.
 * Of two processes that find none the second waits for the first.
 * @returns its path
 * @throws UserError that names all ways out when there is none and none can be had
 */
export async function findCli({ variables, say }: Search): Promise<string> {
  const onPath = await newEnough(variables['PATH'] ?? '', say);
  if (onPath !== null) return onPath;
  const cache = cacheFolder(variables);
  const target = cachedCli(cache);
  const there = () => existsSync(target);
  if (there()) return target;
  mkdirSync(cache, { recursive: true });
  const lock = await waitForLock(`${target}.lock`, there, (holder) =>
    say(`another evergen (process ${holder}) is fetching the Temporal dev server: waiting for it`),
  );
  if (lock === null) return target;
  try {
    if (there()) return target;
    const failures: string[] = [];
    const ways = [() => downloadCli(target, CLI_VERSION, say), () => buildCli(target, CLI_VERSION, variables, say)];
    for (const way of ways) {
      const failure = await way();
      if (failure === null) return target;
      say(failure);
      failures.push(failure);
    }
    throw new UserError(
      `no Temporal server: ${failures.join('; ')}. Ways out: set TEMPORAL_ADDRESS to a server of yours, or put the Temporal CLI ` +
        `(${OLDEST} or newer, https://docs.temporal.io/cli) on PATH, or install Go 1.26.4 or newer, or copy the CLI to ${target}`,
    );
  } finally {
    lock.release();
  }
}

async function newEnough(path: string, say: (line: string) => void): Promise<string | null> {
  for (const folder of path.split(delimiter)) {
    const file = join(folder, 'temporal');
    if (folder === '' || !existsSync(file)) continue;
    const version = await cliVersion(file);
    if (version !== null && compareVersions(version, OLDEST) >= 0) return file;
    say(`${file} is ${version === null ? 'no Temporal CLI that runs' : `version ${version}, older than ${OLDEST}`}: looking on`);
  }
  return null;
}
