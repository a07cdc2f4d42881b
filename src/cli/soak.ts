/** `evergen soak`: a job of its own stack under kills, stopped processes and operators at random instants, and then the verdict on every event. */
import type { Command } from 'commander';
import { text } from 'node:stream/consumers';
import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { UserError } from '../spec/failures';
import { tryLock } from '../temporal/lock';
import { pidOf } from '../temporal/processes';
import { runName } from '../../workflows/naming';
import type { Context } from './context';
import { EXIT, Ending } from './exit';
import { called, programVersion } from './program';
import { quoted } from './run/spec-argument';
import { readAsked, type SoakOptions } from './soak/asked';
import { conclude } from './soak/conclude';
import { drive } from './soak/drive';
import { readPlan, soakFolder, writePlan, type SoakFolder } from './soak/folder';
import { planSoak, type SoakPlan } from './soak/plan';
import { createSoakProgress } from './soak/progress';
import { reportLines } from './soak/report-text';
import { stopStack } from './stack/stop';

interface Options extends SoakOptions {
  data?: string;
  resume?: string;
  json?: true;
}

const EXAMPLES = `
Examples:
  $ evergen soak crisis --rate 50 --for PT10M --kills 30
  $ evergen soak nightly.yaml --for 1h --kills 200 --what worker,temporal --seed 7
  $ evergen soak crisis --rate 200 --to kafka --for 10m --kills 40 --what worker,broker
  $ evergen soak --resume data/soak/20260105T231000.123Z

Exit code 0: every event is there once, in order, byte for byte. 4: it is not.`;

export function soak(program: Command, context: Context): void {
  program
    .command('soak')
    .description('a job on a stack of its own under random kill -9, stopped processes and operators; then every event is counted')
    .argument('[spec]', "a specification's file (disk or kafka), - for standard input, or a scenario's name with --rate, --every, --to")
    .option('--for <duration>', 'how long: PT10M, 10m, 2h; pauses come on top')
    .option('--kills <n>', 'kill -9 in all, at random instants (default 30)')
    .option('--what <list>', 'who is killed and stopped: worker, temporal, facade, broker (default: all that the job needs)')
    .option('--freezes <n>', 'SIGSTOP, and SIGCONT after up to 6 s (default: a third of the kills)')
    .option('--actions <n>', "operators' pauses with resume, and changes of pace (default: a third of the kills)")
    .option(
      '--zombies <n>',
      'workers stopped in the middle of a commit or before an opening, woken up when others have gone on (default: a sixth of the kills)',
    )
    .option('--workers <n>', 'number of worker processes (default 2)')
    .option('--seed <n>', 'draws the plan, and the events where the specification names no seed (default: a new one, which is shown)')
    .option('--rate <n>', 'events a second (with a name; default 10)')
    .option('--every <duration>', 'a batch each interval (with a name)')
    .option('--to <sink>', 'disk, kafka or kafka:TOPIC (with a name; default disk)')
    .option('--data <folder>', 'where everything of this soak is kept (default: soak/<instant> in DATA_DIR)')
    .option('--resume <folder>', 'go on with a soak whose driver was killed or interrupted')
    .option('--json', 'the report as JSON')
    .addHelpText('after', EXAMPLES)
    .action(async (argument: string | undefined, { data, resume, json, ...options }: Options) => {
      const folder =
        resume === undefined
          ? await begin(context, argument, options, data)
          : goOn(context, resume, [...(argument === undefined ? [] : [argument]), ...named({ ...options, data })]);
      await soakIn(context, folder, json ?? false);
    });
}

const named = (options: object): string[] => Object.entries(options).flatMap(([name, value]) => (value === undefined ? [] : [`--${name}`]));

/** Nothing is there yet: the plan is drawn and written down. */
async function begin(context: Context, argument: string | undefined, options: SoakOptions, data: string | undefined): Promise<SoakFolder> {
  const now = new Date();
  const path = data === undefined ? join(context.environment().DATA_DIR, 'soak', runName(now)) : resolve(context.folder, data);
  const full = existsSync(path) && readdirSync(path).length > 0;
  const elsewhere = full ? [{ path: '--data', message: `${path} is not empty: name another folder, or go on there with --resume` }] : [];
  const drawn = Math.floor(Math.random() * 2 ** 32);
  const { spec, wishes, notes } = await readAsked(argument, options, drawn, () => text(process.stdin), elsewhere);
  const folder = soakFolder(path);
  writePlan(folder, planSoak(spec, programVersion(), wishes));
  for (const note of notes) context.say(note);
  return folder;
}

function goOn(context: Context, resume: string, others: string[]): SoakFolder {
  if (others.length > 0)
    throw new UserError(`${others.join(', ')} ${others.length === 1 ? 'goes' : 'go'} without --resume: the plan in its folder says it all`);
  const folder = soakFolder(resolve(context.folder, resume));
  readPlan(folder);
  return folder;
}

async function soakIn(context: Context, folder: SoakFolder, json: boolean): Promise<void> {
  const attempt = await tryLock(folder.lock);
  if ('holder' in attempt) throw new UserError(`${folder.path} is at work already (process ${String(pidOf(attempt.holder))})`);
  const plan = readPlan(folder);
  const again = `${called(context.variables)} soak --resume ${quoted(folder.path)}`;
  context.say(`soak in ${folder.path}, seed ${String(plan.seed)}; should this process be killed: ${again}`);
  const interrupted = new AbortController();
  context.onInterrupt(() => interrupted.abort());
  const progress = createSoakProgress(process.stderr, kills(plan));
  const driven = await drive(context, folder, plan, interrupted.signal, (look) => progress.show(look))
    .catch(async (error: unknown) => {
      await stopStack(folder.dataDir, () => undefined);
      throw error;
    })
    .finally(() => progress.end());
  if (driven === null) {
    context.say('stopping the stack; the job waits');
    await stopStack(folder.dataDir, () => undefined);
    attempt.lock.release();
    throw new Ending(EXIT.interrupted, `interrupted; it goes on with: ${again}`);
  }
  const outcome = await conclude(folder, plan, driven);
  attempt.lock.release();
  if (json) context.out(JSON.stringify(outcome, null, 2));
  else for (const line of reportLines(outcome)) context.out(line);
  if (!outcome.clean) throw new Ending(EXIT.unverified);
}

const kills = ({ steps }: SoakPlan): number => steps.filter(({ kind }) => kind === 'kill').length;
