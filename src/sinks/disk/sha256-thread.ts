/** Checksums of whole files on a thread of their own: on the thread that makes events, 64 MB would hold everything up for 40 ms. */
import { Worker } from 'node:worker_threads';
import type { Sum } from './files';

interface Question {
  id: number;
  path: string;
  /** Null: to the end. */
  length: number | null;
}

type Answer = { id: number } & ({ sum: Sum } | { code: string; message: string });

/** Runs inside the thread, to which it is given as text: so it works compiled and not, and may use nothing from outside itself. */
function thread(): void {
  const { parentPort } = process.getBuiltinModule('node:worker_threads');
  const { createHash } = process.getBuiltinModule('node:crypto');
  const { closeSync, openSync, readSync } = process.getBuiltinModule('node:fs');
  const buffer = Buffer.allocUnsafe(1024 * 1024);
  const sum = (path: string, length: number): Sum => {
    const file = openSync(path, 'r');
    try {
      const hash = createHash('sha256');
      let bytes = 0;
      while (bytes < length) {
        const read = readSync(file, buffer, 0, Math.min(buffer.length, length - bytes), bytes);
        if (read === 0) break;
        hash.update(buffer.subarray(0, read));
        bytes += read;
      }
      return { bytes, sha256: hash.digest('hex') };
    } finally {
      closeSync(file);
    }
  };
  parentPort?.on('message', ({ id, path, length }: Question) => {
    try {
      parentPort.postMessage({ id, sum: sum(path, length ?? Infinity) });
    } catch (error) {
      const { code = '', message } = error as NodeJS.ErrnoException;
      parentPort.postMessage({ id, code, message });
    }
  });
}

const waiting = new Map<number, { resolve: (sum: Sum) => void; reject: (error: Error) => void }>();
let running: Worker | undefined;
let questions = 0;

/** One after the other, in the order of the calls. @throws the system's error, with its POSIX `code` */
export function sha256InThread(path: string, length: number | null): Promise<Sum> {
  running ??= start();
  const id = questions++;
  const answer = new Promise<Sum>((resolve, reject) => waiting.set(id, { resolve, reject }));
  // The process stays for an answer, not for the thread.
  running.ref();
  running.postMessage({ id, path, length } satisfies Question);
  return answer;
}

function start(): Worker {
  const worker = new Worker(`(${thread.toString()})()`, { eval: true });
  worker.on('message', (answer: Answer) => {
    const asked = waiting.get(answer.id);
    waiting.delete(answer.id);
    if (waiting.size === 0) worker.unref();
    if ('sum' in answer) asked?.resolve(answer.sum);
    else asked?.reject(Object.assign(new Error(answer.message), { code: answer.code }));
  });
  worker.on('error', (error) => {
    running = undefined;
    for (const { reject } of waiting.values()) reject(error instanceof Error ? error : new Error(String(error)));
    waiting.clear();
  });
  return worker;
}
