import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Context } from '../../../src/cli/context';
import { readPlan, soakFolder } from '../../../src/cli/soak/folder';
import { ownStack } from '../../../src/cli/soak/own-stack';
import { planSoak } from '../../../src/cli/soak/plan';
import type { Variables } from '../../../src/config/env';
import { parseJobSpec } from '../../../src/spec/job-spec';
import { identityOf } from '../../../src/temporal/processes';

const folder = soakFolder(join(tmpdir(), 'evergen-own-stack-that-is-not-there'));
const spec = parseJobSpec({ scenario: 'crisis', sink: 'disk', load: { pace: { rate: 1 }, for: '1m' } });
const wishes = { seed: 1, forMs: 60_000, kills: 1, freezes: 0, actions: 0, zombies: 0, what: ['worker' as const], workers: 1 };

function stackWith(variables: Variables) {
  const never = () => {
    throw new Error('not to be asked');
  };
  const context: Context = { variables, folder: '/', environment: never, out: never, say: never, isTerminal: false, onInterrupt: never };
  return ownStack(context, folder, planSoak(spec, '1.0.0', wishes), new AbortController().signal);
}

test('a process that only has the same id as a victim is left alone: ids are used again', async () => {
  const bystander = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
  try {
    const identity = identityOf(bystander.pid!)!;
    const earlier = identity.replace(/-\d+$/, '-1');
    expect(earlier).not.toBe(identity);

    expect(stackWith({}).signal(earlier, 'SIGKILL')).toBe(false);
    await sleep(50);

    expect(bystander.exitCode ?? bystander.signalCode).toBeNull();
    expect(stackWith({}).signal(identity, 'SIGKILL')).toBe(true);
    await once(bystander, 'exit');
  } finally {
    bystander.kill('SIGKILL');
  }
});

test("the user's own servers, ports and logins are none of the soak's: it disturbs what it has started and nothing else", () => {
  const { environment } = stackWith({
    PATH: '/bin',
    TEMPORAL_ADDRESS: 'cluster:7233',
    KAFKA_BOOTSTRAP: 'brokers:9092',
    // Names that a stack would refuse as near misses.
    KAFKA_BOOTSTRAP_SERVERS: 'staging:9092',
    TEMPORAL_HOST: 'cluster',
    EVERGEN_PORT: '8787',
    EVERGEN_TOKEN: 'secret',
    DATA_DIR: '/somewhere/else',
  });

  expect(environment).toMatchObject({ EVERGEN_PORT: 0, TEMPORAL_PORT: 0, KAFKA_PORT: 0, CRISIS_PORT: null, DATA_DIR: folder.dataDir });
  expect([environment.TEMPORAL_ADDRESS, environment.KAFKA_BOOTSTRAP, environment.EVERGEN_TOKEN]).toEqual([undefined, undefined, undefined]);
});

test('a folder without a soak in it is told apart from one to go on with', () => {
  expect(() => readPlan(folder)).toThrow('holds no soak');
});
