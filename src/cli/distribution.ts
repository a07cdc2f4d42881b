/** `evergen distribution`: how often each type of event is there, as `sort | uniq -c` tells it. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { Context } from './context';
import { committedLines, newestOf, statusOf } from './distribution/of-job';
import { Fields } from './distribution/fields';
import { filesAt, filesText, linesIn } from './distribution/of-files';
import { sum } from '../../workflows/ledger';
import { count } from '../figures';
import { UserError } from '../spec/failures';
import { isObject } from '../spec/objects';

/** The scenario that is meant when nothing is named. */
const SCENARIO = 'tutoring';

/** What an event without the field counts as. */
const NONE = '(none)';

export function distribution(program: Command, context: Context): void {
  program
    .command('distribution')
    .description('count the events of a job or file by their type; of a job all that it has emitted, with those that the target rejected')
    .argument('[what]', `a file of JSON lines, a folder of such files, or a job id; default: the newest ${SCENARIO} job`)
    .option('--by <field>', 'count by another field: channel, payload.subject', 'event_type')
    .option('--json', 'as JSON')
    .action(async (what: string | undefined, { by, json }: { by: string; json?: true }) => {
      const fields = new Fields();
      const counts = await countBy(by.split('.'), await linesOf(context, what), fields);
      if (counts.length === 1 && counts[0]?.[0] === NONE) throw new UserError(fields.instead(by));
      if (json) return context.out(JSON.stringify(Object.fromEntries(counts), null, 2));
      for (const line of counted(counts)) context.out(line);
    });
}

async function linesOf(context: Context, what: string | undefined): Promise<AsyncIterable<string>> {
  const path = what === undefined ? undefined : resolve(context.folder, what);
  if (path !== undefined && existsSync(path)) {
    const files = await filesAt(path);
    context.say(filesText(path, files));
    return linesIn(files);
  }
  const status = await statusOf(context, what ?? (await newestOf(context, SCENARIO)));
  const { plan, parts } = status;
  const { emitted, rejected } = sum(parts.map(({ totals }) => totals));
  context.say(
    `job ${plan.job}, run ${plan.run ?? ''}, ${count(emitted)} emitted${rejected === 0 ? '' : `, of which ${count(rejected)} were rejected`}`,
  );
  return committedLines(status);
}

/** Counts by value, in the order of the values. What cannot be read, or has no such field, counts under a name of its own. */
async function countBy(path: readonly string[], lines: AsyncIterable<string>, fields: Fields): Promise<[string, number][]> {
  const counts = new Map<string, number>();
  for await (const line of lines) {
    const event = eventOf(line);
    if (event !== undefined) fields.see(event);
    const value = event === undefined ? '(not JSON)' : valueAt(path, event);
    counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  return [...counts].sort(([a], [b]) => (a < b ? -1 : 1));
}

function valueAt(path: readonly string[], event: unknown): string {
  const value = path.reduce<unknown>((inside, name) => (isObject(inside) ? inside[name] : undefined), event);
  return value === undefined ? NONE : typeof value === 'string' ? value : JSON.stringify(value);
}

/** Undefined where the line is no JSON. */
function eventOf(line: string): unknown {
  try {
    return eventIn(JSON.parse(line));
  } catch {
    return undefined;
  }
}

/** The event itself, or as `evergen ingest` keeps it: beside its key and number. */
const eventIn = (line: unknown): unknown => (isObject(line) && 'sequenceNumber' in line && 'event' in line ? line['event'] : line);

/** ` 45 customer_health_update`: the largest number after one space, the others as wide. */
export function counted(counts: readonly (readonly [string, number])[]): string[] {
  const width = 1 + Math.max(0, ...counts.map(([, count]) => String(count).length));
  return counts.map(([value, count]) => `${String(count).padStart(width)} ${value}`);
}
