/** `evergen distribution`: how often each type of event is there, as `sort | uniq -c` tells it. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { Context } from './context';
import { committedLines, newestOf, statusOf } from './distribution/of-job';
import { linesBelow } from './distribution/of-files';

/** The scenario that is meant when nothing is named. */
const SCENARIO = 'tutoring';

export function distribution(program: Command, context: Context): void {
  program
    .command('distribution')
    .description('count the events of a job or file by their type')
    .argument('[what]', `a file of JSON lines, a folder of such files, or a job id; default: the newest ${SCENARIO} job`)
    .option('--by <field>', 'count by another field: channel, payload.subject', 'event_type')
    .option('--json', 'as JSON')
    .action(async (what: string | undefined, { by, json }: { by: string; json?: true }) => {
      const counts = await countBy(by.split('.'), await linesOf(context, what));
      if (json) return context.out(JSON.stringify(Object.fromEntries(counts), null, 2));
      for (const line of counted(counts)) context.out(line);
    });
}

async function linesOf(context: Context, what: string | undefined): Promise<AsyncIterable<string>> {
  if (what !== undefined && existsSync(resolve(context.folder, what))) return linesBelow(resolve(context.folder, what));
  const id = what ?? (await newestOf(context, SCENARIO));
  return committedLines(await statusOf(context, id));
}

/** Counts by value, in the order of the values. What cannot be read, or has no such field, counts under a name of its own. */
async function countBy(path: readonly string[], lines: AsyncIterable<string>): Promise<[string, number][]> {
  const counts = new Map<string, number>();
  for await (const line of lines) {
    const value = valueAt(path, line);
    counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  return [...counts].sort(([a], [b]) => (a < b ? -1 : 1));
}

function valueAt(path: readonly string[], line: string): string {
  try {
    const value = path.reduce<unknown>((inside, name) => (isObject(inside) ? inside[name] : undefined), eventIn(JSON.parse(line)));
    return value === undefined ? '(none)' : typeof value === 'string' ? value : JSON.stringify(value);
  } catch {
    return '(not JSON)';
  }
}

/** The event itself, or as `evergen ingest` keeps it: beside its key and number. */
const eventIn = (line: unknown): unknown => (isObject(line) && 'sequenceNumber' in line && 'event' in line ? line['event'] : line);

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

/** ` 45 customer_health_update`: the largest number after one space, the others as wide. */
export function counted(counts: readonly (readonly [string, number])[]): string[] {
  const width = 1 + Math.max(0, ...counts.map(([, count]) => String(count).length));
  return counts.map(([value, count]) => `${String(count).padStart(width)} ${value}`);
}
