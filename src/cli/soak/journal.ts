/** What a soak has done so far, one line each, on the disk before the next thing happens: a driver that is killed goes on from here. */
import { closeSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs';
import { z } from 'zod';

const at = z.number();
const entry = z.discriminatedUnion('type', [
  /** A driver begins; of a soak that is resumed, not the first one. */
  z.object({ type: z.literal('driver'), at, pid: z.int() }),
  z.object({ type: z.literal('stack'), at, event: z.enum(['started', 'found', 'lost']) }),
  /** The job runs. `at` is the instant from which the plan counts. */
  z.object({ type: z.literal('job'), at, run: z.string() }),
  /** Written before the signal is sent. `busy`: it worked on the job; null: not known. `spare`: another worker was there, ready and not stopped. */
  z.object({
    type: z.literal('kill'),
    at,
    n: z.int(),
    victim: z.string(),
    part: z.string(),
    identity: z.string(),
    busy: z.boolean().nullable(),
    spare: z.boolean().optional(),
  }),
  /** When the successor of what step `n` has killed was ready. */
  z.object({ type: z.literal('back'), at, n: z.int() }),
  /** `readyAt`: when the successor was ready; null: the job went on before that. */
  z.object({ type: z.literal('recovered'), at, n: z.int(), readyAt: z.number().nullable() }),
  z.object({ type: z.literal('freeze'), at, n: z.int(), victim: z.string(), part: z.string(), identity: z.string() }),
  /** Without an identity: all that step `n` has stopped. */
  z.object({ type: z.literal('thaw'), at, n: z.int(), identity: z.string().optional() }),
  /** Begins with this; what it stops and says follows under the same number. */
  z.object({ type: z.literal('zombie'), at, n: z.int(), where: z.string() }),
  /** `met`: it was stopped where it was to be, and its successor had gone on when it woke up. */
  z.object({ type: z.literal('woken'), at, n: z.int(), met: z.boolean() }),
  /** Asked for, and done as far as the API's answer tells. */
  z.object({ type: z.literal('pause'), at, n: z.int() }),
  z.object({ type: z.literal('resume'), at, n: z.int() }),
  z.object({ type: z.literal('pace'), at, n: z.int(), ok: z.boolean() }),
  /** A step that could not be done: the process was not there, the job had ended. */
  z.object({ type: z.literal('missed'), at, n: z.int(), why: z.string() }),
  /** Something that must not happen. */
  z.object({ type: z.literal('violation'), at, text: z.string() }),
  z.object({ type: z.literal('ended'), at, state: z.string() }),
]);
export type JournalEntry = z.output<typeof entry>;
/** Without the instant, which the journal puts in. */
export type Said = JournalEntry extends infer E ? (E extends JournalEntry ? Omit<E, 'at'> & { at?: number } : never) : never;

export interface SoakJournal {
  readonly entries: readonly JournalEntry[];
  /** On the disk when it returns. */
  write(said: Said): JournalEntry;
  close(): void;
}

/** Opens an existing journal, or begins one. A last line that a kill has cut short never happened. */
export function openJournal(file: string): SoakJournal {
  const entries = readJournal(file);
  const descriptor = openSync(file, 'a');
  // After a line that was cut short.
  writeSync(descriptor, '\n');
  return {
    entries,
    write(said) {
      const written = entry.parse({ at: Date.now(), ...said });
      writeSync(descriptor, `${JSON.stringify(written)}\n`);
      fsyncSync(descriptor);
      entries.push(written);
      return written;
    },
    close: () => closeSync(descriptor),
  };
}

export const readJournal = (file: string): JournalEntry[] => readLines(file, entry);

/** The lines of a file that are whole; none where there is no file. */
export function readLines<T extends z.ZodType>(file: string, schema: T): z.output<T>[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return [];
  }
  return text.split('\n').flatMap((line) => {
    try {
      return [schema.parse(JSON.parse(line))];
    } catch {
      return [];
    }
  });
}

/** Steps that are over, one way or another. */
export function doneSteps(entries: readonly JournalEntry[]): Set<number> {
  const over = entries.filter(({ type }) => ['kill', 'freeze', 'pause', 'pace', 'zombie', 'missed'].includes(type));
  return new Set(over.flatMap((one) => ('n' in one ? [one.n] : [])));
}

/** Processes that a driver has stopped and that nobody has let go on. */
export function stillFrozen(entries: readonly JournalEntry[]): { n: number; identity: string }[] {
  const thaws = entries.flatMap((one) => (one.type === 'thaw' ? [one] : []));
  return entries.flatMap((one) =>
    one.type === 'freeze' && !thaws.some(({ n, identity = one.identity }) => n === one.n && identity === one.identity)
      ? [{ n: one.n, identity: one.identity }]
      : [],
  );
}

/** Pauses that nobody has ended. */
export function stillPaused(entries: readonly JournalEntry[]): number[] {
  const last = new Map<number, 'pause' | 'resume'>();
  for (const one of entries) if (one.type === 'pause' || one.type === 'resume') last.set(one.n, one.type);
  return [...last].flatMap(([n, type]) => (type === 'pause' ? [n] : []));
}
