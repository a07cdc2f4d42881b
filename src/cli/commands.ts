/** The commands, one file and one line each, in the order of `evergen --help`. */
import type { Command } from 'commander';
import type { Context } from './context';
import { clean } from './clean';
import { completion } from './completion';
import { config } from './config';
import { demo } from './demo';
import { distribution } from './distribution';
import { down } from './down';
import { email } from './email';
import { ingest } from './ingest';
import { init } from './init';
import { jobs } from './jobs';
import { logs } from './logs';
import { pace } from './pace';
import { pause } from './pause';
import { preview } from './preview';
import { restart } from './restart';
import { resume } from './resume';
import { run } from './run';
import { scenarios } from './scenarios';
import { schedule } from './schedule';
import { serve } from './serve';
import { soak } from './soak';
import { status } from './status';
import { stop } from './stop';
import { tutoring } from './tutoring';
import { up } from './up';
import { verify } from './verify';
import { watch } from './watch';
import { worker } from './worker';

/** Adds one command to the program; its action throws `UserError`, `Ending`, or whatever is a fault of ours. */
export type Register = (program: Command, context: Context) => void;

export const commands: readonly Register[] = [
  up,
  down,
  restart,
  logs,
  run,
  jobs,
  status,
  watch,
  pause,
  resume,
  stop,
  pace,
  clean,
  schedule,
  tutoring,
  distribution,
  verify,
  soak,
  preview,
  init,
  scenarios,
  ingest,
  email,
  config,
  demo,
  completion,
  worker,
  serve,
];
