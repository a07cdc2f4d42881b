/** Another program that writes events to a file, and what it takes for that. */
import { spawn } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Measured } from '../measured';
import { usageOf } from '../usage';

export interface Peer {
  readonly title: string;
  /** Of evergen's events, so that a slow one takes seconds, too, and not minutes. */
  readonly share: number;
  /** The program that writes so many events to a file and ends. */
  command(events: number, file: string): Command;
}

export interface Command {
  readonly program: string;
  readonly args: readonly string[];
  readonly variables?: NodeJS.ProcessEnv;
}

/** How many fields an event of crisis intake has. */
const FIELDS = 15;
/** Between two looks at what a program has used: the last of them counts. */
const LOOK_MS = 20;

/**
 * From the program's start to its end; the file is removed. Nothing waits for the disk here: what of a peer's bytes is in memory only stays in its favour.
 * @throws Error when the file does not hold so many events of 15 fields
 */
export async function measurePeer(peer: Peer, events: number, file: string): Promise<Measured> {
  const ran = await run(peer.command(events, file));
  const held = await eventsIn(file);
  await rm(file);
  if (held.events !== events || held.fields !== FIELDS) {
    const wanted = `${String(events)} of ${String(FIELDS)}`;
    throw new Error(`${peer.title} wrote ${String(held.events)} events of ${String(held.fields)} fields, not ${wanted}`);
  }
  return { events, bytes: held.bytes, ...ran };
}

/** @throws Error with what the program said when it ends otherwise than by 0 */
export async function run({ program, args, variables = process.env }: Command): Promise<Omit<Measured, 'events' | 'bytes'>> {
  const began = performance.now();
  const child = spawn(program, args, { env: variables, stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-2_000)));
  const ended = new Promise<string | null>((resolve) => {
    child.once('error', ({ message }) => resolve(message));
    child.once('close', (code) => resolve(code === 0 ? null : `exit code ${String(code)}: ${said.trim()}`));
  });
  let over = false;
  const used = { cpuSeconds: Number.NaN, peakRssMb: 0 };
  const looking = (async () => {
    for (; !over; await sleep(LOOK_MS)) {
      const now = child.pid === undefined ? null : usageOf(child.pid);
      if (now === null) continue;
      used.cpuSeconds = now.cpuSeconds;
      // One that has ended and is not waited for yet still has its times, but no memory.
      used.peakRssMb = now.peakRssMb || used.peakRssMb;
    }
  })();
  const failure = await ended;
  const seconds = (performance.now() - began) / 1000;
  over = true;
  await looking;
  if (failure !== null) throw new Error(`${program} failed with ${failure}`);
  return { seconds, cpuSeconds: used.cpuSeconds, peakRssMb: used.peakRssMb || null };
}

async function eventsIn(file: string): Promise<{ events: number; bytes: number; fields: number }> {
  let [events, bytes] = [0, 0];
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    for (let at = chunk.indexOf(10); at !== -1; at = chunk.indexOf(10, at + 1)) events++;
  }
  for await (const line of createInterface({ input: createReadStream(file) }))
    return { events, bytes, fields: Object.keys(JSON.parse(line) as object).length };
  return { events, bytes, fields: 0 };
}
