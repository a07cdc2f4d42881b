/**
 * Classic defects, put into a copy of the project on purpose: does a soak of a minute notice? Most are the explorer's mutations (`test/model`); those that
 * only matter where processes, clocks and heartbeats are real are written here.
 */
import { mutations } from '../model/mutations';
import type { Patch } from '../model/project';

export interface Defect {
  name: string;
  patches: readonly Patch[];
  /** Arguments of the soak besides its folder; the standard ones where absent. */
  soak?: readonly string[];
  /** What the explorer is given where a soak does not meet it; absent: the same patches. */
  explored?: readonly Patch[];
}

const EMIT = 'activities/emit.ts';
const SPAN = 'activities/span.ts';

const ofExplorer = (name: string): readonly Patch[] => {
  const found = mutations[name];
  if (found === undefined) throw new Error(`the explorer has no mutation of this name any more: ${name}`);
  return found;
};

/** Directed attacks alone, one after the other: stopped workers that wake up when the timeline has changed behind them. */
const ATTACKS = ['--kills', '0', '--freezes', '0', '--actions', '0', '--what', 'worker,temporal'];
const ZOMBIES = ['crisis', '--rate', '50', '--for', '60s', '--workers', '4', ...ATTACKS, '--zombies', '12'];

/** Two streams, one of which depends on the other, each with a batch a second, in the hands of different workers more often than not. */
const FLEET = ['test/soak/fleet.yaml', '--for', '90s', '--workers', '4', ...ATTACKS, '--zombies', '30'];

export const defects: readonly Defect[] = [
  {
    name: 'heartbeat before the commit, and the heartbeat believed',
    patches: [
      {
        file: SPAN,
        from: '    await this.held.writer.commit(batches, totals, this.over);\n',
        to: '    this.tell({ next, totals });\n    await this.held.writer.commit(batches, totals, this.over);\n',
      },
      {
        file: EMIT,
        from: 'return { writer, generation, ...committed };',
        to: `if (Context.current().info.attempt > 1) Object.assign((writer as unknown as { held: { record: object } }).held.record, known);
    return Context.current().info.attempt > 1 ? { writer, generation, ...known } : { writer, generation, ...committed };`,
      },
    ],
  },
  { name: 'unchecked offset: a retry begins where the first attempt began', patches: ofExplorer('a retry treated as the first attempt') },
  {
    name: 'clock instead of schedule: what is late gets the time at which it is made',
    patches: [
      {
        file: EMIT,
        from: 'generationOf(plan, timeline), args,',
        to: `((late) => generationOf(plan, timeline.map((entry) => ({ ...entry, atUs: entry.atUs + late }))))(
      Math.max(0, Math.round(deps.clock().nowUs() - (generationOf(plan, timeline).schedules[part.stream]?.batch(held.next).dueUs ?? Infinity) - 1e6)),
    ), args,`,
      },
    ],
  },
  { name: 'receipts added instead of merged', patches: ofExplorer('totals added instead of merged') },
  { name: 'an uncommitted tail kept', patches: ofExplorer('an uncommitted tail kept'), soak: ZOMBIES },
  { name: 'no rename: the record written in place', patches: ofExplorer('the record written in place, not renamed out of the own folder') },
  {
    name: 'no rename: the data file written on in place',
    patches: [
      ...ofExplorer('the data file written on in place, without a new inode'),
      // What the explorer's files do not ask: whether a file may be written on. A folder is opened, too, to be synced.
      {
        file: 'src/sinks/disk/node-files.ts',
        from: "open: async (path) => new NodeHandle(await fs.open(path, 'r'), false),",
        to: "open: async (path) => new NodeHandle(await fs.open(path, path.endsWith('.jsonl') ? 'r+' : 'r'), false),",
      },
    ],
    soak: ZOMBIES,
    explored: ofExplorer('the data file written on in place, without a new inode'),
  },
  { name: 'no settle before a change', patches: ofExplorer('no settle before a change'), soak: ZOMBIES },
  { name: 'no generation check', patches: ofExplorer('no generation check'), soak: ZOMBIES },
  {
    name: 'cached writer handed to another generation',
    patches: ofExplorer('a kept writer handed to an emit of another generation'),
    soak: ZOMBIES,
  },
  {
    // Two lines of defence: a pause brings streams that refer to each other level before it rests, and then one cut and many are the same.
    name: 'a cut for each stream, and streams that are not level at a pause',
    patches: [...ofExplorer('a cut for each stream'), ...ofExplorer('a stop that does not bring its parts level')],
    soak: FLEET,
  },
];

/** Dense: what must be noticed is noticed in a minute, or is too rare for a soak of this length. */
export const STANDARD = [
  ...['crisis', '--rate', '50', '--for', '60s', '--kills', '12', '--freezes', '8', '--actions', '10', '--zombies', '0'],
  ...['--what', 'worker,temporal'],
];
