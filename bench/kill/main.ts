/** `npm run test:kill -- [--kills N] [--zombies N] [--broker-kills N] [--broker 4.4.0|3.9.1] [--lanes N] [--seed N]`: exit code 0 when nothing was lost, doubled or out of order. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { KAFKA_VERSIONS } from '../../src/kafka-broker/jars';
import { killHarness } from './harness';

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '200' },
    zombies: { type: 'string', default: '24' },
    'broker-kills': { type: 'string', default: '10' },
    broker: { type: 'string', default: KAFKA_VERSIONS[0] },
    lanes: { type: 'string', default: '2' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
  },
});

const whole = (name: 'kills' | 'zombies' | 'broker-kills' | 'lanes' | 'seed', least = 0): number => {
  const value = Number(values[name]);
  if (!Number.isInteger(value) || value < least) throw new Error(`--${name} must be a whole number from ${String(least)} on`);
  return value;
};

async function main(): Promise<void> {
  const version = KAFKA_VERSIONS.find((known) => known === values.broker);
  if (version === undefined) throw new Error(`--broker must be one of ${KAFKA_VERSIONS.join(', ')}`);
  const say = (line: string) => process.stdout.write(`${line}\n`);
  const seed = whole('seed');
  say(`Kafka ${version}, seed ${String(seed)}`);
  const folder = await mkdtemp(join(tmpdir(), 'evergen-kill-'));
  try {
    const outcome = await killHarness({
      version,
      kills: whole('kills'),
      zombies: whole('zombies'),
      brokerKills: whole('broker-kills'),
      lanes: whole('lanes', 1),
      seed,
      folder,
      variables: process.env,
      say,
    });
    const { reading, attacks } = outcome;
    const rows: [string, number | string][] = [
      ...Object.entries(attacks),
      ['commits made whose answer was lost', outcome.unanswered],
      ['producers that gave up by themselves', outcome.gaveUp],
      ['events that must be there', reading.expected],
      ['events read (read_committed)', reading.records],
      ['lost', reading.lost],
      ['duplicated', reading.duplicated],
      ['out of order', reading.out_of_order],
      ['of no batch', reading.foreign],
      ['seconds', outcome.seconds.toFixed(0)],
    ];
    say('');
    for (const [name, value] of rows) say(`${name.padEnd(40)}${String(value).padStart(12)}`);
    for (const violation of outcome.violations) say(`VIOLATION: ${violation}`);
    say(
      outcome.violations.length === 0 ? 'nothing lost, nothing doubled, nothing out of order' : `failed; again with --seed ${String(seed)}`,
    );
    if (outcome.violations.length > 0) process.exitCode = 1;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`test:kill: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = 1;
});
