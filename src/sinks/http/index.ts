/** POST requests, one an event: at least once, with a key by which the target knows a repeated one. How it keeps its promise: `README.md` in this folder. */
import { parseDuration } from '../../../workflows/durations';
import { createDisk, runFolder } from '../disk';
import { defineSink, SinkError, type Sink, type SinkDeps } from '../sink';
import { Circuit } from './circuit';
import type { Line } from './delivery';
import { guardedLookup, type Resolve } from './lookup';
import { options, type HttpOptions } from './options';
import { keptAs, publishRejected, rejectedFile, removeRejected } from './rejected';
import { isTarget, targetOf, type Target } from './target';
import { shown } from './url';
import { HttpWriter, type Sender } from './writer';

export const http = defineSink({
  name: 'http',
  summary: 'POST requests, one an event: at least once, each with a key by which a repeated one is known.',
  options,
  problems: (chosen, env) => {
    const target = targetOf(chosen, env);
    return isTarget(target) ? [] : target;
  },
  create: (chosen, deps) => createHttp(chosen, deps),
});

/** The sink with any way from names to addresses. */
export function createHttp(chosen: HttpOptions, { dataDir, env, delivered }: SinkDeps, resolve?: Resolve): Sink {
  const found = targetOf(chosen, env);
  const disk = createDisk({}, { dataDir });
  const lines: { open?: Promise<Line> } = {};

  const sender = (): Sender => {
    if (!isTarget(found)) throw new SinkError(`the target cannot be used: ${found.map(({ message }) => message).join('; ')}`, false);
    const headers = Object.entries({ 'content-type': 'application/json', 'user-agent': 'evergen', ...found.headers }).flat();
    const { concurrency, array } = chosen;
    return { line: () => (lines.open ??= openLine(found, chosen, delivered, resolve)), headers, concurrency, array };
  };

  return {
    durable: true,
    home: () => disk.home(),
    open: (opening) => new HttpWriter(disk.open({ ...opening, part: keptAs(opening.part) }), opening, sender),
    survey: async (parts) => (await disk.survey?.(parts.map(keptAs))) ?? { deleted: [], skipped: [], errors: [], over: true },
    clean: async (parts, generation) => {
      const cleaned = await disk.clean(parts.map(keptAs), generation);
      for (const part of parts) await removeRejected(runFolder(dataDir, part));
      return cleaned;
    },
    publish: (run, generation) => publishRejected(runFolder(dataDir, run), run, generation, disk),
    output: (run) => ({
      kind: 'http',
      ...(isTarget(found) ? { url: shown(found.url) } : {}),
      rejected: rejectedFile(runFolder(dataDir, run)),
    }),
    close: async () => {
      const line = await lines.open;
      await line?.dispatcher.destroy();
    },
  };
}

/** Loaded when the first batch goes out: undici is no small thing, and most processes never need it. */
async function openLine(
  { url, allow }: Target,
  { timeout }: HttpOptions,
  delivered: SinkDeps['delivered'],
  resolve: Resolve | undefined,
): Promise<Line> {
  const { Pool } = await import('undici');
  const timeoutMs = (parseDuration(timeout) ?? 0) / 1000;
  const dispatcher = new Pool(url.origin, { connect: { timeout: timeoutMs, lookup: guardedLookup(allow, resolve) } });
  return { dispatcher, circuit: new Circuit(shown(url)), path: `${url.pathname}${url.search}`, timeoutMs, delivered };
}
