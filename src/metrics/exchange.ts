/**
 * How the facade comes to the metrics of workers: each writes its page, every 2 s, to a file below DATA_DIR, which all processes of a stack share, in
 * containers too. No port that could be taken or reached from elsewhere, and what a killed worker has counted stays.
 */
import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, stat, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from './added-up';

export const metricsFolder = (dataDir: string): string => join(dataDir, 'run/metrics');

const EVERY_MS = 2_000;
/** A process that has not written for so long is gone, or stands still. */
const GONE_MS = 15_000;
/** Then its page is deleted. */
const FORGOTTEN_MS = 86_400_000;

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

/** All pages, those of processes that are gone included. */
export async function publishedMetrics(folder: string, now: () => number = Date.now): Promise<Page[]> {
  const names = await readdir(folder).catch(() => []);
  const pages = await Promise.all(names.filter((name) => name.endsWith('.prom')).map((name) => read(join(folder, name), now())));
  return pages.flatMap((page) => page ?? []);
}

async function read(path: string, nowMs: number): Promise<Page | null> {
  try {
    const [{ mtimeMs }, text] = [await stat(path), await readFile(path, 'utf8')];
    if (nowMs - mtimeMs < FORGOTTEN_MS) return { text, gone: nowMs - mtimeMs > GONE_MS };
    await unlink(path);
    return null;
  } catch {
    // Another facade was quicker to delete it.
    return null;
  }
}
