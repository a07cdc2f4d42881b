/** All placements of a few deviations in the fair schedule of small jobs: one kill or one zombie, one pause and resume, one stop. */
import type { Config } from './config';
import { scriptedRun, type Deviation } from './explore';
import type { Project } from './project';

const base: Config = {
  sink: 'disk',
  unitMs: 2000,
  streams: [{ kind: 'every', every: 2, size: 1 }],
  shards: 1,
  batches: 2,
  start: 1,
  onPause: 'hold',
  onLag: 'catch_up',
  fileLimit: 70,
  history: 20,
  clean: false,
  cleanPaused: false,
  keep: null,
  skew: [0, 0],
  lossy: false,
};
const two: Partial<Config> = {
  streams: [
    { kind: 'every', every: 2, size: 1 },
    { kind: 'every', every: 3, size: 1 },
  ],
};
const short: Partial<Config> = { batches: 3, unitMs: 8000, history: 1 };
const sharded: Partial<Config> = { shards: 2, batches: 3 };

interface Family {
  name: string;
  configs: Partial<Config>[];
  kinds: Deviation[];
}

const families: Family[] = [
  {
    name: 'pause and resume',
    configs: [{}, two, { ...two, skew: [0, 2] }, sharded, { ...two, onPause: 'skip' }],
    kinds: ['pause', 'resume'],
  },
  { name: 'one zombie', configs: [short, two, { clean: true }, sharded], kinds: ['zombie', 'burst'] },
  { name: 'one zombie, racing', configs: [short, two, { clean: true }], kinds: ['zombie', 'goOn'] },
  { name: 'one kill, pause and resume', configs: [{}, { ...two, skew: [0, 2] }, { onPause: 'skip' }], kinds: ['kill', 'pause', 'resume'] },
  { name: 'one zombie, stop', configs: [{}, { clean: true }], kinds: ['zombie', 'burst', 'stop'] },
  { name: 'one zombie over batch folders and http', configs: [{ sink: 'folders' }, { sink: 'http' }], kinds: ['zombie', 'burst'] },
  { name: 'a zombie, pause and clean', configs: [{}, { sink: 'folders' }, { sink: 'http' }], kinds: ['pause', 'clean', 'zombie'] },
  { name: 'a zombie with two bursts', configs: [{ clean: true }], kinds: ['zombie', 'burst', 'burst'] },
];

const AFTER: Partial<Record<Deviation, Deviation>> = { burst: 'zombie', goOn: 'zombie', resume: 'pause', clean: 'pause' };
const SAID: readonly Deviation[] = ['pause', 'resume', 'stop', 'clean'];
/** With three deviations not on every step: what operators say on every tenth, faults on every third. */
const strideOf = (kinds: readonly Deviation[], i: number) => (kinds.length < 3 ? 1 : SAID.includes(kinds[i]!) ? 10 : 3);

/** Every way to put the kinds on steps 0 … length, a zombie before its burst, a pause before its resume. */
function* placements(kinds: readonly Deviation[], length: number): Generator<(readonly [number, Deviation])[]> {
  const at = kinds.map(() => 0);
  function* place(i: number): Generator<(readonly [number, Deviation])[]> {
    if (i === kinds.length) {
      yield kinds.map((kind, k) => [at[k]!, kind] as const).sort((a, b) => a[0] - b[0]);
      return;
    }
    const before = AFTER[kinds[i]!];
    const from = before === undefined ? 0 : at[kinds.indexOf(before)]!;
    for (let step = from; step <= length; step += strideOf(kinds, i)) {
      at[i] = step;
      yield* place(i + 1);
    }
  }
  yield* place(0);
}

export interface Extent {
  /** `i/n`: every n-th script, from the i-th on. */
  slice?: string;
  say?: (text: string) => void;
}

export async function exhaustive(
  project: Project,
  { slice = '0/1', say = () => undefined }: Extent,
): Promise<{ runs: number; bad: number }> {
  const [mine = 0, of = 1] = slice.split('/').map(Number);
  let [runs, bad, n] = [0, 0, 0];
  for (const { name, configs, kinds } of families) {
    const began = performance.now();
    let here = 0;
    let sample = '';
    for (const some of configs) {
      const config = { ...base, ...some };
      const { steps } = await scriptedRun(config, project, []);
      for (const script of placements(kinds, steps + 20)) {
        if (n++ % of !== mine) continue;
        here++;
        const { violation } = await scriptedRun(config, project, script);
        if (violation === null) continue;
        bad++;
        if (sample === '') sample = `, FIRST VIOLATION ${JSON.stringify(some)} ${JSON.stringify(script)}: ${violation}`;
      }
    }
    runs += here;
    say(
      `${name}: ${String(here)} runs in ${((performance.now() - began) / 1000).toFixed(0)} s${sample === '' ? ', no violation' : sample}`,
    );
  }
  return { runs, bad };
}
