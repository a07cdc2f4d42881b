/** `DATA_DIR/run/up.json`: the running stack, for other commands and for whoever must clean up after a kill -9. */
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { isAlive } from '../../temporal/processes';

const temporalSchema = z.object({ address: z.string(), namespace: z.string(), ui_url: z.string().nullable() });
export type TemporalRecord = z.output<typeof temporalSchema>;

const recordSchema = z.object({
  /** Identity of the process that supervises. */
  supervisor: z.string(),
  started_at: z.string(),
  /** Every part is ready. */
  ready: z.boolean(),
  /** Runs in the background (`up -d`). */
  detached: z.boolean(),
  temporal: temporalSchema.nullable(),
  /** host:port of the Kafka broker that belongs to the stack; null: none. */
  kafka: z.string().nullable().default(null),
  /** Real addresses by name: api, crisis, …. */
  addresses: z.record(z.string(), z.string()),
  /** Identities of the child processes by name: temporal, kafka, worker-1, facade. */
  parts: z.record(z.string(), z.string()),
  /** When each part last became ready, by name; none while it never was. */
  ready_at: z.record(z.string(), z.string()).default({}),
  /** Job ids that were going on when the stack started. */
  resumed: z.array(z.string()),
  /** Those that were paused then. */
  paused: z.array(z.string()).default([]),
});
export type StackRecord = z.output<typeof recordSchema>;

export const runFolder = (dataDir: string): string => join(dataDir, 'run');
export const lockFolder = (dataDir: string): string => join(runFolder(dataDir), 'up.lock');
const recordFile = (dataDir: string): string => join(runFolder(dataDir), 'up.json');

/** Whole or not at all, as others may be reading. */
export function writeRecord(dataDir: string, record: StackRecord): void {
  const file = recordFile(dataDir);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.unfinished`, `${JSON.stringify(record, null, 2)}\n`, { mode: 0o600 });
  renameSync(`${file}.unfinished`, file);
}

/** @returns null when there is none, or one that nobody can make sense of */
export function readRecord(dataDir: string): StackRecord | null {
  try {
    return recordSchema.parse(JSON.parse(readFileSync(recordFile(dataDir), 'utf8')));
  } catch {
    return null;
  }
}

export const removeRecord = (dataDir: string): void => rmSync(recordFile(dataDir), { force: true });

/** The record of a stack whose supervisor is alive. */
export function runningStack(dataDir: string): StackRecord | null {
  const record = readRecord(dataDir);
  return record !== null && isAlive(record.supervisor) ? record : null;
}
