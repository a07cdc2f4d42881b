/** Real files with a gate before every operation: where a process can be stopped, killed or overtaken, a test can hold it. */
import type { Files, Handle } from '../../src/sinks/disk/files';
import { nodeFiles } from '../../src/sinks/disk/node-files';

/** Called before each operation; the operation waits for it. A rejection is the operation's error. */
export type Gate = (operation: string) => Promise<void>;

/** Real files without the waiting for the disk: what is stopped or overtaken does not depend on it. */
export const quickFiles: Files = {
  ...nodeFiles,
  create: async (path) => quick(await nodeFiles.create(path)),
  copy: async (from, to, length) => quick(await nodeFiles.copy(from, to, length)),
  open: async (path) => quick(await nodeFiles.open(path)),
};

const quick = (handle: Handle): Handle => ({
  write: (buffers, at) => handle.write(buffers, at),
  read: (length, at) => handle.read(length, at),
  size: () => handle.size(),
  sync: () => Promise.resolve(),
  close: () => handle.close(),
});

/** Operations after which others find nothing else than before: to stop there is to stop before the next one. */
const UNSEEN = /^(sync|size|close|kind|realpath) /;

export function steppedFiles(gate: Gate, files: Files = nodeFiles): Files {
  const step = <A extends unknown[], R>(name: string, run: (...args: A) => Promise<R>) => {
    return async (...args: A): Promise<R> => {
      await gate(`${name} ${args.filter((a) => typeof a === 'string').join(' → ')}`);
      return run(...args);
    };
  };
  const handled = (name: string, handle: Handle): Handle => ({
    write: step(`write ${name}`, (buffers, at) => handle.write(buffers, at)),
    read: step(`read ${name}`, (length, at) => handle.read(length, at)),
    size: step(`size ${name}`, () => handle.size()),
    sync: step(`sync ${name}`, () => handle.sync()),
    close: step(`close ${name}`, () => handle.close()),
  });
  return {
    mkdir: step('mkdir', (folder) => files.mkdir(folder)),
    list: step('list', (folder) => files.list(folder)),
    rename: step('rename', (from, to) => files.rename(from, to)),
    remove: step('remove', (path) => files.remove(path)),
    rmdir: step('rmdir', (folder) => files.rmdir(folder)),
    read: step('read', (path) => files.read(path)),
    create: step('create', async (path) => handled(path, await files.create(path))),
    copy: step('copy', async (from, to, length) => handled(to, await files.copy(from, to, length))),
    open: step('open', async (path) => handled(path, await files.open(path))),
    sha256: step('sha256', (path, length) => files.sha256(path, length)),
    kind: step('kind', (path) => files.kind(path)),
    realpath: step('realpath', (path) => files.realpath(path)),
  };
}

/** A process that stops before its operation number `at` (from 0) and goes on when it is released. */
export class Parked {
  /** Operations begun so far. */
  steps = 0;
  /** What the process was about to do when it stopped. */
  before = '';
  readonly files = steppedFiles((operation) => (UNSEEN.test(operation) ? Promise.resolve() : this.gate(operation)), quickFiles);
  private release: () => void = () => undefined;
  private readonly goOn = new Promise<void>((resolve) => (this.release = resolve));
  private stopped: () => void = () => undefined;
  private readonly isStopped = new Promise<'stopped'>((resolve) => (this.stopped = () => resolve('stopped')));

  constructor(private readonly at: number | ((operation: string) => boolean)) {}

  /** Runs `work` until it stops at its step, or is done before. */
  async run<T>(work: (files: Files) => Promise<T>): Promise<{ done: boolean; outcome: () => Promise<T | Error> }> {
    const outcome = work(this.files).catch((error: unknown) => error as Error);
    const first = await Promise.race([this.isStopped, outcome.then(() => 'done' as const)]);
    return {
      done: first === 'done',
      outcome: () => {
        this.release();
        return outcome;
      },
    };
  }

  private async gate(operation: string): Promise<void> {
    const here = typeof this.at === 'number' ? this.steps === this.at : this.before === '' && this.at(operation);
    this.steps++;
    if (!here) return;
    this.before = operation;
    this.stopped();
    await this.goOn;
  }
}

/** Runs several processes one operation at a time, in an order that `choose` decides. */
export async function interleave(choose: (among: number) => number, actors: ((files: Files) => Promise<void>)[]): Promise<void> {
  const waiting: (() => void)[] = [];
  let running = actors.length;
  let settle: () => void = () => undefined;
  const stopRunning = () => {
    running--;
    if (running === 0) settle();
  };
  const files = steppedFiles((operation) => {
    if (UNSEEN.test(operation)) return Promise.resolve();
    return new Promise<void>((resolve) => {
      waiting.push(resolve);
      stopRunning();
    });
  }, quickFiles);
  const all = actors.map((actor) => actor(files).finally(stopRunning));
  for (;;) {
    if (running > 0) await new Promise<void>((resolve) => (settle = resolve));
    if (waiting.length === 0) break;
    const [next] = waiting.splice(choose(waiting.length), 1);
    running++;
    next?.();
  }
  await Promise.all(all);
}
