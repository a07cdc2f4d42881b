/** The reader that is not ours, `Reader.java`: compiled with the broker's own jars, and asked what it finds in a topic. */
import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { packageRoot } from '../../src/config/package-root';
import { classPath } from '../../src/kafka-broker/java';

const run = promisify(execFile);

export interface Reading {
  records: number;
  expected: number;
  lost: number;
  duplicated: number;
  out_of_order: number;
  /** Records that no batch accounts for. */
  foreign: number;
}

export interface Asked {
  bootstrap: string;
  topic: string;
  /** job/run/stream */
  prefix: string;
  shards: number;
  /** Events of each batch that must be there, from batch 0; 0 where a batch must not. */
  counts: readonly number[];
}

/** @param folder for the compiled class and the list of what is expected */
export async function readWithJava(jars: string, folder: string, { bootstrap, topic, prefix, shards, counts }: Asked): Promise<Reading> {
  const [classes, list] = [join(folder, 'classes'), join(folder, 'expected.txt')];
  await mkdir(classes, { recursive: true });
  const path = classPath(jars);
  await run('javac', ['-d', classes, '-cp', path, join(packageRoot(), 'bench/kill/Reader.java')]);
  await writeFile(list, counts.map((count) => `${String(count)}\n`).join(''));
  const quiet = '-Dorg.slf4j.simpleLogger.defaultLogLevel=error';
  const { stdout } = await run('java', [
    quiet,
    '-cp',
    path + delimiter + classes,
    'Reader',
    bootstrap,
    topic,
    prefix,
    String(shards),
    list,
  ]);
  return JSON.parse(stdout) as Reading;
}
