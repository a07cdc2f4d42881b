/** `evergen email --dry-run`: every batch is made, as a worker would, and thrown away. */
import { createHash } from 'node:crypto';
import { begin } from '../../../workflows/schedule';
import { BatchBuffer } from '../../fields/batch-buffer';
import { generationOf, make } from '../../spec/generation';
import { formatInstant } from '../../spec/instants';
import { planOf } from '../../spec/plan';
import { fixedNow } from '../../spec/preview';
import type { Context } from '../context';
import { bytes, counted } from '../../figures';
import { called, programVersion } from '../program';
import { facts } from '../table';
import type { EmailSet } from './set-options';

export function dryRun(context: Context, { asked, to }: EmailSet, json: boolean): void {
  const plan = fixedNow(planOf(asked.spec, { job: 'email', run: null, version: programVersion() }), new Date());
  const generation = generationOf(plan, begin(plan.streams, plan.startUs));
  const end = generation.schedules[0]?.end ?? 0;
  const hash = createHash('sha256');
  const buffer = new BatchBuffer();
  const made = { events: 0, bytes: 0, batches: end };
  for (let b = 0; b < end; b++) {
    const batch = make(generation, 0, b, buffer);
    hash.update(batch.bytes);
    made.events += batch.count;
    made.bytes += batch.bytes.length;
  }
  const sha256 = hash.digest('hex');
  const again = asked.again({ seed: plan.seed, start: formatInstant(plan.startUs / 1000) });
  if (json) return context.out(JSON.stringify({ dry_run: true, to, ...made, sha256, repeat: again }, null, 2));
  const rows = [
    ['events', `${counted(made.events, 'event')} in ${counted(made.batches, 'batch', 'batches')}, ${bytes(made.bytes)}`],
    ['sha256', sha256],
    ['to', `${to}, if it were not a dry run: nothing was written`],
    ['repeat', `${called(context.variables)} ${again}`],
  ] as const;
  for (const line of facts(rows)) context.out(line);
}
