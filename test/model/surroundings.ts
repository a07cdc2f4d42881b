/** What the project's modules get in place of time, timers, random names, Temporal's context, the file system and the network. */
import { createHash } from 'node:crypto';
import { BatchBuffer } from './small-scenario';
import { stage, type Timer } from './stage';

class ApplicationFailure extends Error {
  constructor(
    message: string,
    readonly type: string,
    readonly nonRetryable: boolean,
  ) {
    super(message);
  }
  static retryable = (message: string, type: string) => new ApplicationFailure(message, type, false);
  static nonRetryable = (message: string, type: string) => new ApplicationFailure(message, type, true);
}

let names = 0;
/** Names of owners must differ, no more: the same run always gets the same ones. */
export const resetNames = (): void => void (names = 0);

const clear = (timer: Timer | undefined): void => void timer?.actor.process.timers.delete(timer);

/** Until the wall has moved on by `ms`, or the signal fires. */
const sleep = (ms: number, _: unknown, { signal }: { signal?: AbortSignal } = {}): Promise<void> =>
  new Promise((resolve, reject) => {
    const abort = () => {
      clear(timer);
      reject(signal?.reason as Error);
    };
    const timer = stage.setTimer(
      () => {
        signal?.removeEventListener('abort', abort);
        resolve();
      },
      ms,
      null,
    );
    if (signal?.aborted === true) abort();
    else signal?.addEventListener('abort', abort, { once: true });
  });

/** Of Node's own file functions, those for what lies beside the data. */
const fileFunctions = {
  lstat: async (path: string) => {
    const kind = await stage.world.files.kind(path);
    if (kind === null) throw Object.assign(new Error(`ENOENT: ${path}`), { code: 'ENOENT' });
    return { isFile: () => kind === 'file' };
  },
  readFile: async (path: string) => (await stage.world.files.read(path)).toString('utf8'),
  unlink: (path: string) => stage.world.files.remove(path),
  rm: (path: string) => stage.world.files.remove(path),
  readdir: (path: string) => stage.world.files.list(path),
};

class Pool {
  dispatch(request: unknown, handler: unknown): void {
    stage.world.target.dispatch(request, handler);
  }
  destroy = (): Promise<void> => Promise.resolve();
}

/** By the name that is imported, or the path within the project. */
export const replaced: Record<string, unknown> = {
  '@temporalio/activity': { ApplicationFailure, Context: { current: () => stage.current.context } },
  'node:crypto': { createHash, randomBytes: (length: number) => Buffer.from(String(names++).padStart(length, '0')) },
  'node:timers/promises': { setImmediate: () => stage.gated('setImmediate', () => undefined), setTimeout: sleep },
  'node:fs/promises': fileFunctions,
  undici: { Pool },
  'src/fields/batch-buffer': { BatchBuffer },
  // For whoever takes the real file system where he is given none.
  'src/sinks/disk/node-files': {
    get nodeFiles() {
      return stage.world.files;
    },
  },
};

/** What a module sees of its globals. */
export const parameters = [
  'exports',
  'require',
  'module',
  'setTimeout',
  'clearTimeout',
  'setInterval',
  'clearInterval',
  'performance',
  'Date',
  'AbortSignal',
  'Math',
] as const;

class ModelDate extends Date {
  constructor(...given: [] | [number]) {
    super(given[0] ?? stage.nowMs);
  }
  static override now = () => stage.nowMs;
}

const signals = {
  timeout(ms: number): AbortSignal {
    const controller = new AbortController();
    const abort = () => {
      controller.abort();
    };
    stage.setTimer(abort, ms, null);
    return controller.signal;
  },
};

/** Only for those who ask for luck: with another object than its own, arithmetic is slower. */
const steady = Object.create(Math, { random: { value: () => 0.5 } }) as typeof Math;

const shared: unknown[] = [
  (run: () => void, ms: number) => stage.setTimer(run, ms, null),
  clear,
  (run: () => void, ms: number) => stage.setTimer(run, ms, ms),
  clear,
  // Generation takes no time.
  { now: () => 0 },
  ModelDate,
  signals,
];

/** By `parameters`, from the timers on. @param path of the module within the project */
export const outsideOf = (path: string): unknown[] => [...shared, path.startsWith('src/sinks/http/') ? steady : Math];
