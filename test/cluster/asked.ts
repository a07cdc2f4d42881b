/** What was asked for on the command line, checked as a whole before anything is started. */
import { parseArgs } from 'node:util';
import { Problems } from '../../src/cli/problems';
import { defects, type Defect } from '../soak/defects';
import { UserError } from '../../src/spec/failures';
import { formatDuration, parseDuration } from '../../src/spec/durations';

export const USAGE = `npm run cluster -- [options]             jobs under kill -9 of workers, Temporal's server and PostgreSQL, then the verdict
npm run cluster -- writes [options]      what jobs cost PostgreSQL: write-ahead log, commits and rows a batch

  --for DURATION   how long (default 3m; writes: 60s, which begins when all jobs run)
  --kills N        kill -9 of each of the three kinds, at random instants (default 4)
  --actions N      what operators do: pauses with resume, and changes of pace (default 6)
  --workers N      worker processes (default 2; writes: 1)
  --seed N         draws the plan (default: a new one, which is shown)
  --jobs N         writes: jobs side by side (default 100)
  --every DURATION writes: between two batches of a job (default PT2S)
  --defect TEXT    with a defect of test/soak/defects.ts in whose name the text occurs: it must be noticed
  --keep           keep the data of a clean run, too
  --json           the report as JSON

Exit code 0: clean. 4: something differs. 2: wrong options, or Go or PostgreSQL is missing. 1: a fault of the script or of what it runs.`;

export type Asked =
  | { kind: 'help' }
  | {
      kind: 'chaos';
      json: boolean;
      keep: boolean;
      seed: number;
      forMs: number;
      kills: number;
      pauses: number;
      workers: number;
      defect: Defect | null;
    }
  | { kind: 'writes'; json: boolean; keep: boolean; jobs: number; every: string; forMs: number; workers: number };

const ALWAYS = ['json', 'keep', 'for', 'workers'];
const OF = { chaos: ['kills', 'actions', 'seed', 'defect'], writes: ['jobs', 'every'] } as const;

/** @param drawn a seed where none was given @throws UserError with every problem */
export function readAsked(words: readonly string[], drawn: number): Asked {
  const { values, positionals } = parsed(words);
  if (values.help === true) return { kind: 'help' };
  const problems = new Problems();
  const kind = positionals[0] === 'writes' ? 'writes' : 'chaos';
  const strange = positionals.slice(kind === 'writes' ? 1 : 0);
  if (strange.length > 0)
    problems.say('', `there is no ${strange.map((word) => JSON.stringify(word)).join(', ')}: only writes, or nothing`);
  for (const name of Object.keys(values))
    if (!ALWAYS.includes(name) && !(OF[kind] as readonly string[]).includes(name))
      problems.say(`--${name}`, kind === 'writes' ? 'does not go with writes' : 'goes with writes only');
  const whole = (name: string, text: string | undefined, least: number, most: number, standard: number): number =>
    text === undefined ? standard : problems.whole(name, text, least, most);
  const length = (name: string, text: string, least: number): number => {
    const us = parseDuration(text);
    if (us !== undefined && us >= least * 1e6) return us;
    problems.say(name, `must be a duration of at least ${formatDuration(least * 1e6)}, such as 3m or PT3M, got ${JSON.stringify(text)}`);
    return least * 1e6;
  };
  const defective = defects.filter(({ name }) => values.defect !== undefined && name.includes(values.defect));
  if (values.defect !== undefined && defective.length !== 1)
    problems.say(
      '--defect',
      `must name one of ${defects.map(({ name }) => JSON.stringify(name)).join(', ')}, got ${JSON.stringify(values.defect)}`,
    );
  const common = { json: values.json ?? false, keep: values.keep ?? false };
  const forMs = length('--for', values.for ?? (kind === 'writes' ? '60s' : '3m'), 30) / 1000;
  const workers = whole('--workers', values.workers, 1, 8, kind === 'writes' ? 1 : 2);
  const asked: Asked =
    kind === 'writes'
      ? {
          ...{ kind, ...common, forMs, workers, jobs: whole('--jobs', values.jobs, 1, 1000, 100) },
          every: formatDuration(length('--every', values.every ?? 'PT2S', 0.05)),
        }
      : {
          ...{ kind, ...common, forMs, workers, kills: whole('--kills', values.kills, 1, 1000, 4) },
          ...{ pauses: whole('--actions', values.actions, 0, 1000, 6), seed: whole('--seed', values.seed, 0, 2 ** 32 - 1, drawn) },
          defect: defective[0] ?? null,
        };
  problems.end();
  return asked;
}

function parsed(words: readonly string[]) {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  try {
    return parseArgs({
      args: [...words],
      allowPositionals: true,
      options: {
        ...{ for: text, kills: text, actions: text, workers: text, seed: text, defect: text, jobs: text, every: text },
        ...{ json: flag, keep: flag, help: flag },
      },
    });
  } catch (error) {
    throw new UserError(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`);
  }
}
