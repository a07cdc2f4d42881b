/** benthos, built from the modules in tools/benthos into the cache, where the Temporal dev server is, too. */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { packageRoot } from '../../src/config/package-root';
import { cacheFolder } from '../../src/temporal/cli-binary';
import { buildGo } from '../../src/temporal/go-build';
import { waitForLock } from '../../src/temporal/lock';
import type { Peer } from './peer';

/** That of tools/benthos/go.mod. */
const VERSION = '4.60.0';

const program = {
  title: `benthos ${VERSION}`,
  tool: 'benthos',
  main: 'github.com/redpanda-data/benthos/v4/cmd/benthos',
  takes: 'about a minute',
  works: (file: string) =>
    promisify(execFile)(file, ['--version']).then(
      () => true,
      () => false,
    ),
};

/** @returns the peer, or one sentence that says why there is none */
export async function findBenthos(variables: NodeJS.ProcessEnv, say: (line: string) => void): Promise<Peer | string> {
  const cache = cacheFolder(variables);
  const target = join(cache, `benthos-${VERSION}-${process.platform}-${process.arch}`);
  const there = () => existsSync(target);
  if (there()) return peer(target, variables);
  mkdirSync(cache, { recursive: true });
  const lock = await waitForLock(`${target}.lock`, there, (holder) => say(`process ${String(holder)} is building benthos: waiting for it`));
  try {
    const failure = there() ? null : await buildGo(program, target, variables, say);
    return failure ?? peer(target, variables);
  } finally {
    lock?.release();
  }
}

const peer = (binary: string, variables: NodeJS.ProcessEnv): Peer => ({
  title: `benthos ${VERSION}, generate to a file`,
  share: 1 / 5,
  command: (events, file) => ({
    program: binary,
    args: ['-c', join(packageRoot(), 'bench/peers/crisis.benthos.yaml')],
    variables: { ...variables, EVENTS: String(events), FILE: file },
  }),
});
