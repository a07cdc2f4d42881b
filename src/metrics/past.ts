/**
 * What workers that are long gone have counted: their pages added up in one file, which is never forgotten, since a sum that goes down is a reset to
 * Prometheus. `past-<n>.prom` says in its first line whose pages it holds, which are counted no more from then on; only the greatest n counts. It is
 * linked, so of two facades that add up at once one wins, and whoever is killed in between: every page counts once.
 */
import { randomUUID } from 'node:crypto';
import { link, open, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { addedUp, type Page } from './added-up';

const NAME = /^past-(\d+)\.prom$/;
const HOLDS = '# holds ';

/** The file that counts, of those in a folder; undefined: none yet. */
export const pastAmong = (names: readonly string[]): string | undefined =>
  names.filter((name) => NAME.test(name)).sort((a, b) => numberOf(b) - numberOf(a))[0];

/** Names of files that count no more beside it: those it holds, and those of its like that came before. */
export const heldBy = (past: string | undefined, text: string, names: readonly string[]): string[] => {
  const [first = ''] = text.split('\n');
  const held = new Set(first.startsWith(HOLDS) ? first.slice(HOLDS.length).split(' ') : []);
  return names.filter((name) => held.has(name) || (NAME.test(name) && name !== past));
};

/** Adds pages up into the next one, on disk when it resolves. What it holds is deleted by the next look: others may be reading it. */
export async function addToPast(folder: string, past: string | undefined, pages: ReadonlyMap<string, Page>): Promise<void> {
  const text = addedUp([...pages.values()].map((page) => ({ ...page, gone: true })));
  const draft = join(folder, `${randomUUID()}.prom.draft`);
  try {
    const file = await open(draft, 'wx', 0o600);
    try {
      await file.writeFile(`${HOLDS}${[...pages.keys()].join(' ')}\n${text}`);
      await file.sync();
    } finally {
      await file.close();
    }
    await link(draft, join(folder, `past-${String(numberOf(past) + 1)}.prom`));
  } finally {
    await unlink(draft).catch(() => undefined);
  }
}

const numberOf = (name = ''): number => Number(NAME.exec(name)?.[1] ?? 0);
