/**
 * A part that is a Node program of ours: `src/worker.ts`, `src/server.ts`. What such a program must do:
 * send `{ ready: true, addresses? }` over IPC when it serves; exit when IPC disconnects, as its supervisor is dead then;
 * end in order on SIGTERM; exit with code 2 and the reason on standard error when its input is at fault.
 */
import { fork } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import type { Variables } from '../../config/env';
import { UserError } from '../../spec/failures';
import { EXIT } from '../exit';
import { abortion, type Part } from './part';

const message = z.object({ ready: z.literal(true), addresses: z.record(z.string(), z.string()).default({}) });

export interface NodeProgram {
  /** Compiled file. */
  entry: string;
  variables: Variables;
  folder: string;
  /** Time to get ready, default 60 s: a worker waits for its Temporal server. */
  readyMs?: number;
  /** Time to end by itself after SIGTERM, default 10 s. */
  graceMs?: number;
  onLine(line: string, from: 'stdout' | 'stderr'): void;
  onSpawn?(pid: number): void;
}

export async function startNodePart(program: NodeProgram, signal: AbortSignal): Promise<Part> {
  const { entry, variables, folder, readyMs = 60_000, graceMs = 10_000, onLine, onSpawn } = program;
  // A process group of its own: Ctrl-C on the terminal reaches the supervisor alone, which ends its parts in order.
  const child = fork(entry, [], { cwd: folder, env: variables, stdio: ['ignore', 'pipe', 'pipe', 'ipc'], detached: true });
  if (child.pid !== undefined) onSpawn?.(child.pid);
  const complaints: string[] = [];
  for (const from of ['stdout', 'stderr'] as const) {
    const stream = child[from];
    if (stream === null) continue;
    createInterface({ input: stream }).on('line', (line) => {
      if (from === 'stderr') complaints.push(line);
      if (complaints.length > 15) complaints.shift();
      onLine(line, from);
    });
  }
  const exited = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code, name) => resolve(name === null ? `exit code ${String(code)}` : `signal ${name}`));
  });
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    const patience = new AbortController();
    const killer = sleep(graceMs, undefined, { signal: patience.signal }).then(
      () => void child.kill('SIGKILL'),
      () => undefined,
    );
    await exited;
    patience.abort();
    await killer;
  };
  const ready = new Promise<Record<string, string>>((resolve) => {
    child.on('message', (received) => {
      const parsed = message.safeParse(received);
      if (parsed.success) resolve(parsed.data.addresses);
    });
  });
  const over = new AbortController();
  try {
    const addresses = await Promise.race([
      ready,
      exited.then((how) => Promise.reject(failure(child.exitCode, how, complaints))),
      sleep(readyMs, undefined, { signal: over.signal }).then(() => Promise.reject(new Error(`not ready after ${readyMs / 1000} s`))),
      abortion(signal, over.signal),
    ]);
    return { pid: child.pid ?? 0, addresses, exited, stop };
  } catch (error) {
    await stop();
    throw error;
  } finally {
    over.abort();
  }
}

function failure(code: number | null, how: string, complaints: readonly string[]): Error {
  const said = complaints.join('\n');
  return code === EXIT.input && said !== ''
    ? new UserError(said.replace(/^evergen: /, ''))
    : new Error(said === '' ? how : `${how}: ${said}`);
}
