/** The jars of a Kafka broker, from Maven Central into the user's cache, once a version. */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { mkdtemp, rename, rm } from 'node:fs/promises';
import { basename, delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { Variables } from '../config/env';
import { packageRoot } from '../config/package-root';
import { UserError } from '../spec/failures';
import { cacheFolder, type Search } from '../temporal/cli-binary';
import { waitForLock } from '../temporal/lock';
import { archiveClasses } from './class-archive';

/** The one that `up --kafka` runs, and the last one that still knows the protocols of before 4.0. */
export const KAFKA_VERSIONS = ['4.4.0', '3.9.1'] as const;
export type KafkaVersion = (typeof KAFKA_VERSIONS)[number];

const MAVEN_MS = 300_000;

/** Where a version's jars are kept: `lib/*.jar`, and `classes.jsa`, which halves the start. */
const folderOf = (version: KafkaVersion, variables: Variables): string => join(cacheFolder(variables), `kafka-${version}`);

/**
 * Finds the jars of a broker, or fetches them (54 MB, some seconds). Of two processes that find none the second waits for the first.
 * @returns their folder
 * @throws UserError that names what is missing on this machine and the way out
 */
export async function findKafka(version: KafkaVersion, { variables, say }: Search): Promise<string> {
  const folder = folderOf(version, variables);
  const there = () => existsSync(join(folder, 'lib'));
  if (!onPath('java', variables)) throw unavailable('java is not on PATH', folder);
  if (there()) return folder;
  if (!onPath('mvn', variables)) throw unavailable('mvn (Maven) is not on PATH', folder);
  mkdirSync(dirname(folder), { recursive: true });
  const lock = await waitForLock(`${folder}.lock`, there, (holder) =>
    say(`another evergen (process ${String(holder)}) is fetching Kafka ${version}: waiting for it`),
  );
  if (lock === null) return folder;
  try {
    if (there()) return folder;
    await removeRemains(folder);
    say(`fetching Kafka ${version} with Maven into ${folder} (54 MB, once)`);
    const unfinished = await mkdtemp(`${folder}.unfinished-`);
    await fetchJars(version, join(unfinished, 'lib'), folder, variables);
    await rename(unfinished, folder);
    // The archive records the paths of its jars, so it is made where they stay. Without one the broker starts, too.
    await archiveClasses(folder, say);
    return folder;
  } finally {
    lock.release();
  }
}

async function fetchJars(version: KafkaVersion, lib: string, folder: string, variables: Variables): Promise<void> {
  const pom = join(packageRoot(), 'tools', 'kafka-broker', 'pom.xml');
  const goal = ['dependency:copy-dependencies', '-DincludeScope=runtime', `-DoutputDirectory=${lib}`];
  try {
    await promisify(execFile)('mvn', ['-q', '-B', '-f', pom, `-Dkafka.version=${version}`, ...goal], { timeout: MAVEN_MS, env: variables });
  } catch (error) {
    throw unavailable(`Maven could not fetch Kafka ${version} (${firstLine(error)})`, folder);
  }
}

const unavailable = (why: string, folder: string): UserError =>
  new UserError(
    `no Kafka broker: ${why}. Ways out: set KAFKA_BOOTSTRAP to a broker of yours, or install Java 17 and Maven (Debian: apt-get install ` +
      `default-jre-headless maven), or copy a broker's jars to ${join(folder, 'lib')}`,
  );

const onPath = (program: string, variables: Variables): boolean =>
  (variables['PATH'] ?? '').split(delimiter).some((folder) => folder !== '' && existsSync(join(folder, program)));

/** Maven says what is wrong on standard output, in its first line marked as an error. */
function firstLine(error: unknown): string {
  const said = typeof error === 'object' && error !== null && 'stdout' in error ? String(error.stdout) : '';
  const line = said.split('\n').find((text) => text.startsWith('[ERROR]'));
  return line?.replace('[ERROR]', '').trim() ?? (error instanceof Error ? error.message : String(error));
}

/** What a killed Maven left; with the lock held, none is at work. */
async function removeRemains(folder: string): Promise<void> {
  for (const name of readdirSync(dirname(folder))) {
    if (name.startsWith(`${basename(folder)}.unfinished-`)) await rm(join(dirname(folder), name), { recursive: true, force: true });
  }
}
