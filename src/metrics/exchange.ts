/**
 * How the facade comes to the metrics of workers: each writes its page, every 2 s, to a file below DATA_DIR, which all processes of a stack share, in
 * containers too. No port that could be taken or reached from elsewhere, and what a killed worker has counted stays, for good: in the sum of the past.
 */
import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, stat, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from './added-up';
import { addToPast, heldBy, pastAmong } from './past';

export const metricsFolder = (dataDir: string): string => join(dataDir, 'run/metrics');

const EVERY_MS = 2_000;
/** A process that has not written for so long is gone, or stands still. */
const GONE_MS = 15_000;
/** Then its page is added to those of the past. */
const PAST_MS = 86_400_000;
/** At the folder, when pages go meanwhile. */
const MOST_LOOKS = 5;

/** Writes the page again and again, until `stop`, which writes it once more. A page that cannot be written holds up nothing. */
export function publishMetrics(folder: string, page: () => Promise<string>): { stop(): Promise<void> } {
  const path = join(folder, `${randomUUID()}.prom`);
  let writing = Promise.resolve();
  const write = () => {
    writing = writing.then(async () => put(path, await page())).catch(() => undefined);
    return writing;
  };
  const timer = setInterval(() => void write(), EVERY_MS);
  timer.unref();
  void write();
  return {
    stop() {
      clearInterval(timer);
      return write();
    },
  };
}

async function put(path: string, text: string): Promise<void> {
  await mkdir(join(path, '..'), { recursive: true });
  await writeFile(`${path}.draft`, text, { mode: 0o600 });
  await rename(`${path}.draft`, path);
}

/** All pages, those of processes that are gone included. No sum of them ever goes down. */
export async function publishedMetrics(folder: string, now: () => number = Date.now): Promise<Page[]> {
  for (let look = 1; ; look++) {
    const { pages, whole } = await lookAt(folder, now());
    if (whole || look === MOST_LOOKS) return pages;
  }
}

/** @returns whole: no page has been added to the past by another facade, and deleted, meanwhile */
async function lookAt(folder: string, nowMs: number): Promise<{ pages: Page[]; whole: boolean }> {
  const all = await readdir(folder).catch(() => []);
  await sweep(folder, all, nowMs);
  const names = all.filter((name) => name.endsWith('.prom'));
  const past = pastAmong(names);
  const before = past === undefined ? undefined : await read(join(folder, past), nowMs);
  if (before === 'deleted') return { pages: [], whole: false };
  const held = heldBy(past, before?.text ?? '', names);
  for (const path of held.map((name) => join(folder, name))) {
    await unlink(path).catch(() => undefined);
    seenOld.delete(path);
  }

  const old = new Map(past === undefined || before === undefined ? [] : [[past, before]]);
  const pages = [...old.values()];
  let whole = true;
  for (const name of names) {
    if (name === past || held.includes(name)) continue;
    const page = await read(join(folder, name), nowMs);
    if (page === 'deleted') whole = false;
    else if (page !== undefined) {
      pages.push(page);
      if (isPast(join(folder, name), page, nowMs)) old.set(name, page);
    }
  }
  const isMore = old.size > (past === undefined ? 0 : 1);
  const isKnown = past === undefined || before !== undefined;
  // Another facade was quicker, or the disk is full: the pages are there as before.
  if (whole && isMore && isKnown) await addToPast(folder, past, old).catch(() => undefined);
  return { pages, whole };
}

/** When a page was first seen to be so old, wall ms, by its path: after a night of the whole machine its process writes again in a moment. */
const seenOld = new Map<string, number>();

function isPast(path: string, { writtenMs }: Read, nowMs: number): boolean {
  if (nowMs - writtenMs < PAST_MS) {
    seenOld.delete(path);
    return false;
  }
  const seenMs = seenOld.get(path) ?? nowMs;
  seenOld.set(path, seenMs);
  return nowMs - seenMs > GONE_MS;
}

/** Drafts whose writer was killed. */
async function sweep(folder: string, names: readonly string[], nowMs: number): Promise<void> {
  for (const path of names.filter((name) => name.endsWith('.prom.draft')).map((name) => join(folder, name))) {
    const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Infinity }));
    if (nowMs - mtimeMs > PAST_MS) await unlink(path).catch(() => undefined);
  }
}

type Read = Page & { writtenMs: number };

/** undefined: it cannot be read. */
async function read(path: string, nowMs: number): Promise<Read | 'deleted' | undefined> {
  try {
    const [{ mtimeMs }, text] = [await stat(path), await readFile(path, 'utf8')];
    return { text, gone: nowMs - mtimeMs > GONE_MS, writtenMs: mtimeMs };
  } catch (failure) {
    return typeof failure === 'object' && failure !== null && 'code' in failure && failure.code === 'ENOENT' ? 'deleted' : undefined;
  }
}
