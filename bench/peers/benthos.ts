/** benthos, built from the modules in tools/benthos into the cache, where the Temporal dev server is, too. */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { packageRoot } from '../../src/config/package-root';
import { cacheFolder } from '../../src/temporal/cli-binary';
import { buildWithGo, type GoPrograms } from '../../src/temporal/go-build';
import { waitForLock } from '../../src/temporal/lock';
import type { Peer } from './peer';

const MODULE = 'github.com/redpanda-data/benthos/v4';

const program = (version: string): GoPrograms => ({
  what: `benthos ${version}`,
  module: 'benthos',
  packages: [`${MODULE}/cmd/benthos`],
  ldflags: '',
  takes: 'about a minute',
  runs: (file) =>
    promisify(execFile)(file, ['--version']).then(
      () => true,
      () => false,
    ),
});

/** That of tools/benthos/go.mod. */
function wanted(): string {
  const modules = readFileSync(join(packageRoot(), 'tools/benthos/go.mod'), 'utf8');
  const [, version] = new RegExp(`${MODULE} v(\\S+)`).exec(modules) ?? [];
  if (version === undefined) throw new Error(`tools/benthos/go.mod does not name ${MODULE}`);
  return version;
}

/** @returns the peer, or one sentence that says why there is none */
export async function findBenthos(variables: NodeJS.ProcessEnv, say: (line: string) => void): Promise<Peer | string> {
  const version = wanted();
  const cache = cacheFolder(variables);
  const target = join(cache, `benthos-${version}-${process.platform}-${process.arch}`);
  const there = () => existsSync(target);
  if (there()) return peer(target, version, variables);
  mkdirSync(cache, { recursive: true });
  const lock = await waitForLock(`${target}.lock`, there, (holder) => say(`process ${String(holder)} is building benthos: waiting for it`));
  try {
    const failure = there() ? null : await buildWithGo(target, program(version), variables, say);
    return failure ?? peer(target, version, variables);
  } finally {
    lock?.release();
  }
}

const peer = (binary: string, version: string, variables: NodeJS.ProcessEnv): Peer => ({
  title: `benthos ${version}, generate to a file`,
  share: 1 / 5,
  command: (events, file) => ({
    program: binary,
    args: ['-c', join(packageRoot(), 'bench/peers/crisis.benthos.yaml')],
    variables: { ...variables, EVENTS: String(events), FILE: file },
  }),
});
