/**
 * `npm run soak:defects [-- --only PART OF A NAME] [--seed N] [--list]`: each defect in a copy of the project, a soak over it, and whether it was
 * caught; where the soak does not meet it, the explorer tries the orders.
 */
import { parseArgs } from 'node:util';
import { rmSync } from 'node:fs';
import { untilNoticed } from '../model/sweep';
import { copyWith } from './copy';
import { defects, type Defect } from './defects';
import { soakOver } from './soak-over';

const { values } = parseArgs({
  options: { only: { type: 'string' }, seed: { type: 'string', default: '1' }, list: { type: 'boolean', default: false } },
});
const say = (text: string) => process.stdout.write(`${text}\n`);

const MOST_RUNS = 20_000;
// Hundreds of errors a run are answers, not faults.
Error.stackTraceLimit = 0;

async function judge(defect: Defect): Promise<boolean> {
  const copy = copyWith(defect.patches);
  try {
    const { caught, told } = await soakOver(copy, defect.soak, values.seed);
    if (caught) say(`caught by a soak: ${defect.name}: ${told}`);
    if (caught) return true;
    say(`not met by this soak: ${defect.name}: ${told}`);
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
  const { by, runs } = await untilNoticed(defect.explored ?? defect.patches, MOST_RUNS, 1);
  const told = `${runs === 0 ? 'an ambush' : `${String(runs)} runs`}${by === null ? '' : `: ${by.split('\n')[0] ?? ''}`}`;
  say(`${by === null ? 'NOT CAUGHT' : 'caught by the explorer'}: ${defect.name}: ${told}`);
  return by !== null;
}

async function main(): Promise<void> {
  const chosen = defects.filter(({ name }) => values.only === undefined || name.includes(values.only));
  if (values.list) return chosen.forEach(({ name }) => say(name));
  if (chosen.length === 0) throw new Error('no defect has this in its name');
  let missed = 0;
  for (const defect of chosen) if (!(await judge(defect))) missed++;
  say(`${String(chosen.length - missed)} of ${String(chosen.length)} caught`);
  if (missed > 0) process.exitCode = 1;
}

main().catch((error: unknown) => {
  process.stderr.write(`soak:defects: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
