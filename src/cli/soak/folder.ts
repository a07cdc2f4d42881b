/** The files of a soak. */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../../spec/failures';
import { soakPlan, type SoakPlan } from './plan';

export interface SoakFolder {
  readonly path: string;
  /** DATA_DIR of the stack. */
  readonly dataDir: string;
  readonly plan: string;
  readonly journal: string;
  /** A line a second: what is committed, memory, database. */
  readonly samples: string;
  readonly lock: string;
  readonly json: string;
  readonly html: string;
}

export const soakFolder = (path: string): SoakFolder => ({
  path,
  dataDir: join(path, 'data'),
  plan: join(path, 'plan.json'),
  journal: join(path, 'journal.jsonl'),
  samples: join(path, 'samples.jsonl'),
  lock: join(path, 'lock'),
  json: join(path, 'report.json'),
  html: join(path, 'report.html'),
});

export function writePlan({ path, plan: file }: SoakFolder, plan: SoakPlan): void {
  mkdirSync(path, { recursive: true });
  writeWhole(file, `${JSON.stringify(plan, null, 2)}\n`);
}

/** @throws UserError when no soak was begun there */
export function readPlan({ path, plan: file }: SoakFolder): SoakPlan {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    throw new UserError(`--resume: ${path} holds no soak (no plan.json in it)`);
  }
  try {
    return soakPlan.parse(JSON.parse(text));
  } catch {
    throw new UserError(`--resume: ${file} is not the plan of a soak of this evergen`);
  }
}

export function writeWhole(file: string, text: string): void {
  writeFileSync(`${file}.unfinished`, text);
  renameSync(`${file}.unfinished`, file);
}
