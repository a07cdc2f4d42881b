/** A process that was stopped, given up and replaced goes on much later: whatever it was about to do then has no effect. */
import { promises as fs } from 'node:fs';
import fc from 'fast-check';
import type { Files } from '../../src/sinks/disk/files';
import { publishFile, runFolder } from '../../src/sinks/disk';
import { SinkError, Superseded } from '../../src/sinks/sink';
import * as growing from './disk-run';
import { layouts, runsOver } from './disk-run';
import { Parked, interleave } from './stepped-files';
import { tempFolder } from './temp-folder';

/** Hundreds of runs with real syncs: seconds, more on a busy machine. */
jest.setTimeout(60_000);

/** How a twin may end: as superseded, as taken over, or with nothing left to do. */
function expectHarmless(outcome: unknown): void {
  if (outcome instanceof Superseded || (outcome instanceof SinkError && outcome.canRetry)) return;
  if (outcome instanceof Error) throw outcome;
}

/** Stops a process before each of its operations in turn, lets `successor` run meanwhile, and checks before and after the process goes on. */
async function atEveryStep<T>(
  prepare: () => Promise<string>,
  twin: (dataDir: string, files: Files) => Promise<unknown>,
  successor: (dataDir: string) => Promise<T>,
  check: (dataDir: string, answer: T, when: string) => Promise<void>,
): Promise<number> {
  for (let k = 0; ; k++) {
    const dataDir = await prepare();
    const parked = new Parked(k);
    const { done, outcome } = await parked.run((files) => twin(dataDir, files));
    if (done) return k;
    const answer = await successor(dataDir);
    const when = `step ${k}, ${parked.before.replaceAll(dataDir, '')}`;
    await check(dataDir, answer, `before ${when}`);
    expectHarmless(await outcome());
    await check(dataDir, answer, `after ${when}`);
  }
}

describe.each(layouts)('%s:', (_, layout) => {
  const { part, over, later, before: BEFORE, all: ALL } = layout;
  const { settle, emit, dataOf, undisturbed } = runsOver(layout);
  const writes = (dataDir: string, files: Files) => emit(over(dataDir, files), 1, ALL);

  /** A run with some batches committed, and data files of its undisturbed twins by number of batches. */
  async function begun(): Promise<string> {
    const dataDir = await tempFolder();
    await settle(over(dataDir), 1, true);
    await emit(over(dataDir), 1, BEFORE);
    return dataDir;
  }
  const references = new Map<number, Promise<Record<string, string>>>();
  function reference(batches: number): Promise<Record<string, string>> {
    const made = references.get(batches) ?? tempFolder().then((folder) => undisturbed(folder, batches));
    references.set(batches, made);
    return made;
  }

  describe('a twin stopped before any of its operations', () => {
    it('changes nothing after a successor of the same generation has finished', async () => {
      const steps = await atEveryStep(
        begun,
        writes,
        (dataDir) => emit(over(dataDir), 1, ALL),
        async (dataDir, next, when) => {
          expect({ when, next, data: await dataOf(dataDir) }).toEqual({ when, next: ALL, data: await reference(ALL) });
        },
      );
      expect(steps).toBeGreaterThan(40);
    });

    it('commits nothing after a settle has answered, since the timeline may change then', async () => {
      await atEveryStep(
        begun,
        writes,
        async (dataDir) => (await settle(over(dataDir), 2)).next,
        async (dataDir, next, when) => {
          expect(next).toBeGreaterThanOrEqual(BEFORE);
          expect({ when, data: await dataOf(dataDir) }).toEqual({ when, data: await reference(next) });
          expect(await over(dataDir).read?.(part)).toMatchObject({ next });
        },
      );
    });

    it('does not disturb the bytes of a successor that is still at work', async () => {
      for (let k = 0; ; k++) {
        const dataDir = await begun();
        const parked = new Parked(k);
        const { done, outcome } = await parked.run((files) => writes(dataDir, files));
        if (done) break;
        const successor = new Parked((operation) => operation.startsWith('rename') && operation.includes(later));
        const other = await successor.run((files) => emit(over(dataDir, files), 1, ALL));

        expectHarmless(await outcome());
        expectHarmless(await other.outcome());

        await emit(over(dataDir), 1, ALL);
        expect({ k, data: await dataOf(dataDir) }).toEqual({ k, data: await reference(ALL) });
      }
    });

    it('leaves no trace after a clean', async () => {
      await atEveryStep(
        begun,
        writes,
        async (dataDir) => over(dataDir).clean?.([part], 2),
        async (dataDir, _, when) => {
          expect({ when, data: await dataOf(dataDir) }).toEqual({ when, data: {} });
          expect(await over(dataDir).read?.(part)).toBeNull();
        },
      );
    });

    it('does not begin the part again when it is the first settle that was stopped', async () => {
      await atEveryStep(
        tempFolder,
        (dataDir, files) => settle(over(dataDir, files), 1, true),
        async (dataDir) => {
          await settle(over(dataDir), 1, true);
          return emit(over(dataDir), 1, ALL);
        },
        async (dataDir, next, when) => {
          expect({ when, next, data: await dataOf(dataDir) }).toEqual({ when, next: ALL, data: await reference(ALL) });
        },
      );
    });

    it('does not bring a run back that was cleaned before its first settle was through', async () => {
      await atEveryStep(
        tempFolder,
        (dataDir, files) => settle(over(dataDir, files), 1, true),
        async (dataDir) => over(dataDir).clean?.([part], 2),
        async (dataDir, _, when) => {
          expect({ when, data: await dataOf(dataDir) }).toEqual({ when, data: {} });
          await expect(settle(over(dataDir), 3, true)).rejects.toBeInstanceOf(Superseded);
        },
      );
    });

    it('may be a clean itself: it ends as cleaned wherever it is stopped, killed or repeated', async () => {
      await atEveryStep(
        begun,
        async (dataDir, files) => over(dataDir, files).clean?.([part], 2),
        async (dataDir) => over(dataDir).clean?.([part], 2),
        async (dataDir, _, when) => {
          expect({ when, data: await dataOf(dataDir) }).toEqual({ when, data: {} });
        },
      );
    });

    it('may be a clean that is killed: a writer then finds the whole run or a cleaned one, never one whose data is missing', async () => {
      for (let k = 0; ; k++) {
        const dataDir = await begun();
        const { done } = await new Parked(k).run(async (files) => over(dataDir, files).clean?.([part], 2));
        if (done) break;
        const went = await emit(over(dataDir), 1, ALL).catch((error: unknown) => error);

        if (went instanceof Superseded) continue;
        expect({ k, went, data: await dataOf(dataDir) }).toEqual({ k, went: ALL, data: await reference(ALL) });
      }
    });
  });

  describe('a twin stopped at a place of its own', () => {
    const places: [string, (operation: string) => boolean][] = [
      ['before it opens', () => true],
      ['after fencing', (o) => o.startsWith('read ') && o.endsWith('record.json')],
      ['between writes', (o) => o.startsWith('write ') && o.includes('.jsonl')],
      ['after a new part file', (o) => o.startsWith('write ') && o.includes(later)],
      ['before the last rename', (o) => o.startsWith('rename ') && o.endsWith('record.json')],
    ];

    it.each(places)('%s is told that a higher generation has been there', async (_, at) => {
      const dataDir = await begun();
      const parked = new Parked(at);
      const { done, outcome } = await parked.run((files) => writes(dataDir, files));
      expect(done).toBe(false);
      await settle(over(dataDir), 2);
      await emit(over(dataDir), 2, ALL);

      expect(await outcome()).toBeInstanceOf(Superseded);

      expect(await dataOf(dataDir)).toEqual(await reference(ALL));
      expect(await fs.readdir(layout.writers(dataDir))).toEqual(['record.json']);
    });
  });

  describe('writers and settles in any order', () => {
    it('commit every batch once, and nothing after the settle has answered', async () => {
      await fc.assert(
        fc.asyncProperty(fc.infiniteStream(fc.nat()), async (choices) => {
          const dataDir = await begun();
          let settled = -1;
          const retried = async (work: () => Promise<unknown>) => {
            for (let attempt = 0; attempt < 4; attempt++) {
              try {
                await work();
                return;
              } catch (error) {
                expectHarmless(error);
                if (error instanceof Superseded) return;
              }
            }
          };

          await interleave(
            (among) => (choices.next().value ?? 0) % among,
            [
              (files) => retried(() => emit(over(dataDir, files), 1, ALL)),
              (files) => retried(() => emit(over(dataDir, files), 1, ALL, [1])),
              (files) => retried(async () => (settled = (await settle(over(dataDir, files), 2)).next)),
            ],
          );

          if (settled < 0) settled = (await settle(over(dataDir), 2)).next;
          expect(await over(dataDir).read?.(part)).toMatchObject({ next: settled });
          expect(await dataOf(dataDir)).toEqual(await reference(settled));
        }),
        { numRuns: 60 },
      );
    });
  });
});

describe('a twin that publishes a manifest', () => {
  it('publishes no manifest over that of a higher generation', async () => {
    await atEveryStep(
      tempFolder,
      (dataDir, files) => publishFile(runFolder(dataDir, growing.part), 'manifest.json', 1, Buffer.from('old'), files),
      (dataDir) => publishFile(runFolder(dataDir, growing.part), 'manifest.json', 2, Buffer.from('new')),
      async (dataDir, _, when) => {
        expect({ when, data: await growing.dataOf(dataDir) }).toEqual({ when, data: { 'manifest.json': 'new' } });
      },
    );
  });
});
