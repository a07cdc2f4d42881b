/** What every sink owes its callers. Run over the registry by `conformance.test.ts`: a sink that is registered is held to it. */
import fc from 'fast-check';
import { noTotals } from '../../workflows/ledger';
import { LostProgress, Superseded, type Committed, type PartAddress, type Sink, type Writer } from '../../src/sinks/sink';
import { batchesOf, bytesOf, grouped, totalsOf } from './batches';

/** A sink under test, opened twice or more over the same place as two processes would. */
export interface Setting {
  sink(): Sink;
  /** What has arrived of a part, where the sink itself cannot tell. */
  arrived?(part: PartAddress): Promise<string>;
}

const nothing = new AbortController().signal;
let runs = 0;

/** A part of a run that no other test uses. */
export const freshPart = (shard = 0, shards = 1, run = `20260105T231000.${String(++runs).padStart(3, '0')}Z`): PartAddress => ({
  job: 'nightly',
  run,
  stream: 'intakes',
  shard,
  shards,
});

const begun = (part: PartAddress): Committed => ({ next: part.shard, totals: noTotals() });

/** The first settle of a part. */
export async function begin(sink: Sink, part: PartAddress, generation = 1): Promise<Writer> {
  const writer = sink.open({ part, generation, create: true, known: begun(part) });
  await writer.committed();
  await writer.raise();
  return writer;
}

export async function reopen(sink: Sink, part: PartAddress, generation = 1, known = begun(part)): Promise<Committed & { writer: Writer }> {
  const writer = sink.open({ part, generation, create: false, known });
  return { ...(await writer.committed()), writer };
}

/** Commits the batches of a part from `from` on, in groups of these sizes. */
export async function commitAll(writer: Writer, part: PartAddress, count: number, sizes = [1], from = 0): Promise<void> {
  const all = batchesOf(part, count);
  let done = from;
  for (const group of grouped(all.slice(from), sizes)) {
    done += group.length;
    await writer.commit(group, totalsOf(all.slice(0, done)), nothing);
  }
}

const arrivedAt = ({ sink, arrived }: Setting, part: PartAddress): Promise<string> => arrived?.(part) ?? readAll(sink(), part);

export async function readAll(sink: Sink, part: PartAddress): Promise<string> {
  const found = await sink.read?.(part);
  if (!found) return '';
  const chunks: Uint8Array[] = [];
  for await (const chunk of found.chunks()) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

/** What holds for every sink, whether it remembers or not. */
export function everySink(setting: () => Promise<Setting>): void {
  it('begins each part at its shard, with nothing counted', async () => {
    const sink = (await setting()).sink();
    const part = freshPart(2, 3);
    const writer = sink.open({ part, generation: 1, create: true, known: begun(part) });

    expect(await writer.committed()).toEqual(begun(part));

    await writer.close();
  });

  it('accepts one batch, many batches and empty ones, and may be closed twice', async () => {
    const sink = (await setting()).sink();
    const part = freshPart();
    const writer = await begin(sink, part);

    await commitAll(writer, part, 12, [1, 7, 4]);

    await writer.close();
    await writer.close();
  });

  it('refuses a commit whose signal has fired, so that a stop is not held up', async () => {
    const sink = (await setting()).sink();
    const part = freshPart();
    const writer = await begin(sink, part);
    const batches = batchesOf(part, 1);

    await expect(writer.commit(batches, totalsOf(batches), AbortSignal.abort())).rejects.toThrow(/abort/i);

    await writer.close();
  });

  it('has the same home each time it is asked, since a job compares', async () => {
    const place = await setting();

    expect(await place.sink().home()).toBe(await place.sink().home());
    expect(await place.sink().home()).not.toBe('');
  });

  it('says where the output of a run is', async () => {
    const sink = (await setting()).sink();

    expect(sink.output(freshPart()).kind).not.toBe('');
  });
}

/** What holds for sinks that remember nothing: they believe their caller. */
export function forgetfulSink(setting: () => Promise<Setting>): void {
  it('answers what the caller knows, since it remembers nothing', async () => {
    const sink = (await setting()).sink();
    const part = freshPart();
    const known = { next: 7, totals: totalsOf(batchesOf(part, 7)) };

    const { next, totals, writer } = await reopen(sink, part, 3, known);

    expect({ next, totals }).toEqual(known);
    await writer.close();
  });
}

/** What holds for sinks that remember: progress, fences, the same bytes. */
export function durableSink(setting: () => Promise<Setting>): void {
  it('answers after reopening what was committed, with its totals', async () => {
    const place = await setting();
    const part = freshPart(1, 2);
    const first = await begin(place.sink(), part);
    await commitAll(first, part, 9, [2, 3]);
    await first.close();

    const { next, totals, writer } = await reopen(place.sink(), part);

    expect(next).toBe(1 + 9 * 2);
    expect(totals).toEqual(totalsOf(batchesOf(part, 9)));
    await writer.close();
  });

  it('writes the same bytes however batches are grouped and however often it is reopened', async () => {
    const place = await setting();
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 25 }),
        fc.array(fc.integer({ min: 1, max: 8 }), { minLength: 1, maxLength: 5 }),
        fc.array(fc.integer({ min: 0, max: 25 }), { maxLength: 3 }),
        async (count, sizes, reopenings) => {
          const part = freshPart();
          let writer = await begin(place.sink(), part);
          let from = 0;
          for (const until of [...new Set(reopenings)].filter((n) => n > 0 && n < count).sort((a, b) => a - b)) {
            await commitAll(writer, part, until, sizes, from);
            await writer.close();
            ({ writer } = await reopen(place.sink(), part));
            from = until;
          }
          await commitAll(writer, part, count, sizes, from);
          await writer.close();

          expect(await arrivedAt(place, part)).toBe(bytesOf(batchesOf(part, count)));
        },
      ),
      { numRuns: 15 },
    );
  });

  it('refuses an older generation, and leaves the newer one undisturbed', async () => {
    const place = await setting();
    const part = freshPart();
    await (await begin(place.sink(), part)).close();
    const { writer } = await reopen(place.sink(), part, 5);
    await commitAll(writer, part, 3);

    await expect(reopen(place.sink(), part, 4)).rejects.toBeInstanceOf(Superseded);

    await commitAll(writer, part, 6, [1], 3);
    await writer.close();
    expect(await arrivedAt(place, part)).toBe(bytesOf(batchesOf(part, 6)));
  });

  it('lets a new writer of the same generation fence the old one, whose commit fails and leaves nothing to be seen', async () => {
    const place = await setting();
    const part = freshPart();
    const old = await begin(place.sink(), part);
    await commitAll(old, part, 2);
    const { next, writer } = await reopen(place.sink(), part);

    await expect(commitAll(old, part, 4, [2], 2)).rejects.toThrow();

    expect(next).toBe(2);
    expect(await arrivedAt(place, part)).toBe(bytesOf(batchesOf(part, 2)));
    await commitAll(writer, part, 5, [3], 2);
    await writer.close();
    await old.close();
    expect(await arrivedAt(place, part)).toBe(bytesOf(batchesOf(part, 5)));
  });

  it('tells a writer that a higher generation has taken over from', async () => {
    const place = await setting();
    const part = freshPart();
    const old = await begin(place.sink(), part);
    const { writer } = await reopen(place.sink(), part, 2);
    await writer.raise();

    await expect(commitAll(old, part, 1)).rejects.toBeInstanceOf(Superseded);
    await expect(reopen(place.sink(), part, 1)).rejects.toBeInstanceOf(Superseded);

    await Promise.all([old.close(), writer.close()]);
  });

  it('calls it lost progress when a part that was begun is not there', async () => {
    const sink = (await setting()).sink();

    await expect(reopen(sink, freshPart())).rejects.toBeInstanceOf(LostProgress);
  });

  it('changes nothing when the first settle is repeated after progress', async () => {
    const place = await setting();
    const part = freshPart();
    const first = await begin(place.sink(), part);
    await commitAll(first, part, 4);
    await first.close();

    const again = place.sink().open({ part, generation: 1, create: true, known: begun(part) });

    expect(await again.committed()).toEqual({ next: 4, totals: totalsOf(batchesOf(part, 4)) });
    await again.close();
    expect(await arrivedAt(place, part)).toBe(bytesOf(batchesOf(part, 4)));
  });

  it('keeps the parts of a run apart', async () => {
    const place = await setting();
    const one = freshPart(0, 2);
    const other = { ...one, shard: 1 };
    const writers = [await begin(place.sink(), one), await begin(place.sink(), other)] as const;

    await Promise.all([commitAll(writers[0], one, 6, [2]), commitAll(writers[1], other, 4, [3])]);
    const { writer } = await reopen(place.sink(), one, 2);
    await commitAll(writers[1], other, 7, [1], 4);

    await Promise.all([...writers, writer].map((w) => w.close()));
    expect(await arrivedAt(place, one)).toBe(bytesOf(batchesOf(one, 6)));
    expect(await arrivedAt(place, other)).toBe(bytesOf(batchesOf(other, 7)));
  });

  it('reads a part that was never begun as null', async () => {
    const sink = (await setting()).sink();

    expect((await sink.read?.(freshPart())) ?? null).toBeNull();
  });

  it('deletes a run whenever it is asked, and lets nobody write there again', async () => {
    const place = await setting();
    const part = freshPart();
    const writer = await begin(place.sink(), part);
    await commitAll(writer, part, 3);

    await place.sink().clean?.([part], 2);
    await place.sink().clean?.([part], 2);

    expect((await place.sink().read?.(part)) ?? null).toBeNull();
    await expect(commitAll(writer, part, 4, [1], 3)).rejects.toBeInstanceOf(Superseded);
    await expect(reopen(place.sink(), part, 9)).rejects.toBeInstanceOf(Superseded);
    await expect(begin(place.sink(), part)).rejects.toBeInstanceOf(Superseded);
    await writer.close();
  });
}
