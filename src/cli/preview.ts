/** `evergen preview`: the first events as they would be; nothing is started. */
import { InvalidArgumentError, type Command } from 'commander';
import { text } from 'node:stream/consumers';
import { runName } from '../../workflows/naming';
import { formatInstant } from '../spec/instants';
import { planOf } from '../spec/plan';
import { fixedNow, preview as firstEvents } from '../spec/preview';
import type { Context } from './context';
import { programVersion } from './program';
import { withSpec } from './run';
import { readSpec, type SpecOptions } from './run/spec-argument';

interface Options extends SpecOptions {
  n: number;
  json?: true;
}

export function preview(program: Command, context: Context): void {
  withSpec(program.command('preview').description('show the first events of a job; nothing is started'))
    .option('-n <n>', 'number of events, at most 1,000', upToThousand, 10)
    .option('--json', 'as the API answers')
    .action(async (argument: string, { n, json, ...options }: Options) => {
      const { spec } = await readSpec(argument, options, () => text(process.stdin));
      const now = new Date();
      const version = programVersion();
      const plan = fixedNow(planOf(spec, { job: spec.id ?? 'preview', run: runName(now), version }), now);
      const { events, limited } = await firstEvents(plan, n);
      const start = formatInstant(plan.startUs / 1000);
      if (json) return context.out(JSON.stringify({ seed: plan.seed, start, version, events, limited }, null, 2));
      context.say(`seed ${String(plan.seed)}, start ${start}`);
      for (const { stream, batch, i, due, value } of events) {
        context.say(`${stream} batch ${String(batch)} event ${String(i)}, due ${due}`);
        context.out(typeof value === 'string' ? value : JSON.stringify(value));
      }
      if (limited) context.say('there are more, but to make them is more than a preview is for');
    });
}

function upToThousand(text: string): number {
  if (!/^([1-9]\d{0,2}|1000)$/.test(text)) throw new InvalidArgumentError('Must be a whole number from 1 to 1000.');
  return Number(text);
}
