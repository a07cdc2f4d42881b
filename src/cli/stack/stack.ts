/** A stack: Temporal server, Kafka broker on request, workers and facade, kept running together over one DATA_DIR by this process. */
import type { Environment, Variables } from '../../config/env';
import { UserError } from '../../spec/failures';
import { tryLock, type Lock } from '../../temporal/lock';
import { pidOf } from '../../temporal/processes';
import { assemble } from './assemble';
import { requireDataDir } from './data-dir';
import type { Line } from './lines';
import { requirePorts } from './ports';
import { lockFolder, type StackRecord, type TemporalRecord } from './record';
import { endRemains } from './remains';

export interface StackOptions {
  environment: Environment;
  /** The process's variables: the parts get them, with what the stack decides on top. */
  variables: Variables;
  /** Working directory of the parts. */
  folder: string;
  /** Default 1. */
  workers?: number;
  /** Default true. */
  facade?: boolean;
  /** A Kafka broker of its own, unless KAFKA_BOOTSTRAP names one. Default false. */
  kafka?: boolean;
  /** This process runs in the background (`up -d`). */
  detached?: boolean;
  /** Compiled programs; tests bring their own. */
  entries?: { worker: string; facade: string };
  hooks?: StackHooks;
  /** Takes each log line of each part, after it was written to the log file. */
  onLine?: (line: Line) => void;
  /** Aborting it ends an unfinished start. */
  signal?: AbortSignal;
  /** Takes a line for people: progress of a download, say. */
  say?: (line: string) => void;
}

/** What belongs to jobs, and is no business of processes. */
export interface StackHooks {
  /** Called once when all parts are ready, before `up` says so. @returns ids of the jobs that go on, and of those that an operator has paused */
  resumed?(at: TemporalRecord): Promise<{ running: string[]; held: string[] }>;
  /** Called at a planned stop, while all parts still run; given 5 s. */
  beforeStop?(at: TemporalRecord): Promise<void>;
}

export interface Stack {
  /** As `DATA_DIR/run/up.json` has it. */
  readonly record: Readonly<StackRecord>;
  /** Ends facade, workers, then the servers. Harmless when repeated. */
  stop(): Promise<void>;
}

const HOOK_MS = 5_000;

/**
 * Starts everything and resolves when every part is ready.
 * @throws UserError when another stack has this DATA_DIR or a port is taken; nothing has been started then
 * @throws what kept a part from starting; nothing is left running then
 */
export async function startStack(options: StackOptions): Promise<Stack> {
  const { environment, facade = true } = options;
  const kafka = options.kafka === true && environment.KAFKA_BOOTSTRAP === undefined;
  requireDataDir(environment.DATA_DIR);
  const lock = await takeDataDir(environment.DATA_DIR);
  const assembly = assemble({ ...options, kafka });
  try {
    await endRemains(environment.DATA_DIR, options.say ?? (() => undefined));
    await requirePorts(environment, { facade, kafka });
    const temporal = await assembly.build();
    const { running, held } = (await withinHookTime(options.hooks?.resumed?.(temporal))) ?? { running: [], held: [] };
    assembly.isReady(running, held);
  } catch (error) {
    await assembly.dismantle();
    lock.release();
    throw error;
  }
  const stop = async (): Promise<void> => {
    assembly.isEnding();
    const { temporal } = assembly.record;
    if (temporal !== null) await withinHookTime(options.hooks?.beforeStop?.(temporal));
    await assembly.dismantle();
    lock.release();
  };
  let stopping: Promise<void> | undefined;
  return { record: assembly.record, stop: () => (stopping ??= stop()) };
}

async function takeDataDir(dataDir: string): Promise<Lock> {
  const attempt = await tryLock(lockFolder(dataDir));
  if ('lock' in attempt) return attempt.lock;
  throw new UserError(
    `DATA_DIR ${dataDir} is in use by another evergen (process ${pidOf(attempt.holder)}): evergen down ends it, or set another DATA_DIR`,
  );
}

/** A hook that fails or takes too long must not keep a stack from starting or ending. */
async function withinHookTime<T>(work: Promise<T> | undefined): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<undefined>((resolve) => (timer = setTimeout(() => resolve(undefined), HOOK_MS)));
  try {
    return await Promise.race([work, over]);
  } catch {
    return undefined;
  } finally {
    clearTimeout(timer);
  }
}
