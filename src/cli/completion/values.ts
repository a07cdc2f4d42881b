/** What may stand for an argument, without asking a server: a key must answer at once. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { scenarios } from '../../scenarios';
import { sinks } from '../../sinks';
import type { Context } from '../context';

/** By the name of the argument or option. */
export type Values = Readonly<Record<string, readonly string[]>>;

/** Scenarios, sinks, specifications in the working directory, and jobs that have left a folder below DATA_DIR. */
export async function valuesHere(context: Context): Promise<Values> {
  const specs = (await namesIn(context.folder)).filter((name) => /\.(ya?ml|json)$/.test(name));
  const jobs = await namesIn(join(dataDir(context), 'jobs'));
  const names = scenarios.names;
  return { spec: [...names, ...specs], name: names, id: jobs, job: jobs, like: jobs, run: [], to: sinks.names, file: specs };
}

const namesIn = (folder: string): Promise<string[]> => readdir(folder).catch(() => []);

/** A faulty environment is told by the commands, not at a key. */
function dataDir(context: Context): string {
  try {
    return context.environment().DATA_DIR;
  } catch {
    return join(context.folder, 'data');
  }
}
