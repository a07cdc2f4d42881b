/**
 * The protocol's decisions, each broken on purpose in the project's own text: the explorer has to notice every one of them. The first group are the
 * classic mistakes; the second takes back what was once a counterexample of the protocol's model (README.md tells the rules); the third is `gained.ts`.
 */
import { gained } from './gained';
import type { Patch } from './project';

const MACHINE = 'workflows/machine.ts';
const CHANGE = 'workflows/change.ts';
const TIMELINE = 'workflows/timeline.ts';
const EMIT = 'activities/emit.ts';
const OPEN = 'src/sinks/disk/open.ts';
const OWNER = 'src/sinks/disk/owner.ts';
const TAIL = 'src/sinks/disk/tail.ts';
const WRITER = 'src/sinks/disk/writer.ts';
const CLEAN = 'src/sinks/disk/clean.ts';

const patch = (file: string, from: string, to: string): Patch => ({ file, from, to });

/** In place of the one cut: what each stream's parts have committed, batch by batch. */
const floors = [
  patch(
    MACHINE,
    'changeTimeline(this.state, lastDueUs(this.state, this.schedules), nowMs)',
    `changeTimeline(this.state, lastDueUs(this.state, this.schedules), nowMs, this.state.plan.streams.map((_, stream) => Math.max(0, ...this.state.parts.filter((p) => p.stream === stream).map((p) => p.next - this.state.plan.shards + 1))))`,
  ),
  patch(CHANGE, 'lastDueUs: number, nowMs: number): boolean', 'lastDueUs: number, nowMs: number, floors: number[]): boolean'),
];

const mistakes: Record<string, Patch[]> = {
  'no settle before a change': [
    patch(
      MACHINE,
      '    s.generation++;\n',
      `    s.generation++;
    if (s.begun) {
      for (const part of s.parts) part.answer = { next: part.next, totals: part.totals };
      return (s.settled = true);
    }
`,
    ),
  ],
  'no generation check': [
    patch('src/sinks/disk/record.ts', 'if (record.generation > generation)', 'if (record.generation > generation + 1e9)'),
  ],
  'progress by max(from, committed)': [
    patch(
      EMIT,
      'if (committed.next < from) {',
      `if (committed.next < from) {
      Object.assign(('held' in writer ? writer : writer.record).held.record, { next: from, totals });
      return { writer, generation, next: from, totals };`,
    ),
    patch('activities/settle.ts', 'if (committed.next < next)', 'if (committed.next < 0)'),
  ],
  'totals added instead of merged': [
    patch(MACHINE, 'part.totals = totals;', 'part.totals = { ...totals, batches: part.totals.batches + totals.batches };'),
  ],
  'the data file written on in place, without a new inode': [
    patch(
      TAIL,
      'length === 0 ? await files.create(draft) : await copyOf(files, live, draft, length);',
      'length === 0 ? await files.create(draft) : await files.open(live);',
    ),
    patch(TAIL, 'await files.rename(draft, live);', 'if (length === 0) await files.rename(draft, live);'),
  ],
  'the record written in place, not renamed out of the own folder': [
    patch(OWNER, "const draft = this.at('draft');", 'const draft = target;'),
    patch(OWNER, 'await this.files.rename(draft, target);', ''),
  ],
  'a cut for each stream': [
    patch(CHANGE, 'const cutUs = Math.max(pausedUs, s.sinceUs, lastDueUs);', 'const cutUs = Math.max(pausedUs, s.sinceUs);'),
    patch(CHANGE, 'changePace(s.plan, s.timeline, Math.max(nowUs, lastDueUs, s.sinceUs)', 'changePace(s.plan, s.timeline, nowUs'),
    patch(
      TIMELINE,
      'timeline: readonly Entry[], cutUs: number, resumeUs: number): Entry[] {\n  return schedulesOf(plan, timeline).flatMap((schedule, stream) => {',
      `timeline: readonly Entry[], pausedUs: number, resumeUs: number, committed: number[] = []): Entry[] {
  return schedulesOf(plan, timeline).flatMap((schedule, stream) => {
    const last = committed[stream] ?? -1;
    const cutUs = Math.max(pausedUs, last >= 0 && schedule.paced ? schedule.batch(last).dueUs : -Infinity);`,
    ),
    ...floors,
    patch(
      CHANGE,
      'hold(s.plan, s.timeline, cutUs, nowUs), nowMs',
      'hold(s.plan, s.timeline, cutUs, nowUs, floors.map((floor) => floor - 1)), nowMs',
    ),
  ],
  'a retry treated as the first attempt': [
    patch(
      EMIT,
      'return { writer, generation, ...committed };',
      `if (Context.current().info.attempt > 1) Object.assign(('held' in writer ? writer : writer.record).held.record, { next: from, totals });
    return Context.current().info.attempt > 1 ? { writer, generation, next: from, totals } : { writer, generation, ...committed };`,
    ),
  ],
  'the record read before the fence': [patch(OPEN, 'const record = (await readRecord(files, place)) ??', 'const record = early ??')],
  'an uncommitted tail kept': [patch(TAIL, 'await copyOf(files, live, draft, length)', 'await copyOf(files, live, draft, Infinity)')],
  'the instant of the pause lost at continue-as-new': [
    patch(
      MACHINE,
      '    this.refresh();\n  }\n\n  on(',
      '    if (state.pausedAtMs !== null) state.pausedAtMs = Date.now();\n    this.refresh();\n  }\n\n  on(',
    ),
  ],
};

const reverted: Record<string, Patch[]> = {
  'a hold that moves batches to an earlier instant': [patch(TIMELINE, 'atUs: Math.max(resumeUs, cutUs),', 'atUs: resumeUs,')],
  'no cut for skip and pace: each from its own next batch': [
    ...floors,
    patch(CHANGE, 'skip(s.plan, s.timeline, cutUs, nowUs)', 'skip(s.plan, s.timeline, cutUs, nowUs, floors)'),
    patch(CHANGE, 'nowUs, s.paces)', 'nowUs, s.paces, floors)'),
    patch(TIMELINE, '  nowUs: number,\n): {', '  nowUs: number,\n  floors: number[],\n): {'),
    patch(TIMELINE, 'const from = schedule.firstDueAfter(cutUs, 0);\n    const all', 'const from = floors[stream] ?? 0;\n    const all'),
    patch(TIMELINE, 'paces: readonly Pace[]): Entry[]', 'paces: readonly Pace[], floors: number[] = []): Entry[]'),
    patch(TIMELINE, 'const from = schedule.firstDueAfter(atUs, 0);', 'const from = floors[stream] ?? schedule.firstDueAfter(atUs, 0);'),
  ],
  'a cut before the last change': [
    patch(
      CHANGE,
      'const cutUs = Math.max(pausedUs, s.sinceUs, lastDueUs);',
      'const cutUs = Math.max(pausedUs, lastDueUs, (s.timeline[0]?.atUs ?? 0) - 1);',
    ),
  ],
  // Two lines of defence: what a cancelled emit leaves is not kept, and what is kept is for its own generation.
  'a kept writer handed to an emit of another generation': [
    patch('activities/writers.ts', 'kept.held.generation === generation && kept.held.next === next', 'kept.held.next === next'),
    patch(EMIT, "if (receipt?.why !== 'done' && receipt?.why !== 'span')", 'if (receipt === undefined)'),
  ],
  'what a pause left over called lagging': [
    patch(MACHINE, "s.plan.onLag === 'catch_up' ? null : s.sinceUs", "s.plan.onLag === 'catch_up' ? null : 0"),
  ],
  'own folders named by generation alone': [
    patch(
      OWNER,
      "const name = `${generation}-${randomBytes(8).toString('hex')}`;",
      'const name = `${generation}-own`;\n    void randomBytes;',
    ),
    patch(
      OWNER,
      'await files.mkdir(owner.folder);',
      "await files.remove(owner.folder);\n    await unless(files.mkdir(owner.folder), 'EEXIST');",
    ),
  ],
  'the next data file made in place': [
    patch(WRITER, 'const next = await this.site.files.create(draft);', 'const next = await this.site.files.create(live);\n    void draft;'),
    patch(WRITER, 'await this.site.files.rename(draft, live);', ''),
  ],
  'every settle and emit creates what is missing': [
    patch(EMIT, 'create: false', 'create: true'),
    patch(MACHINE, 'fresh: !s.begun', 'fresh: true'),
    patch(EMIT, 'if (committed.next < from)', 'if (committed.next < 0)'),
    patch('activities/settle.ts', 'if (committed.next < next)', 'if (committed.next < 0)'),
  ],
  'clean leaves no record': [
    patch(CLEAN, 'await owner.publish(encodeRecord(last), place.record);', 'void encodeRecord(last);'),
    patch(CLEAN, 'await removeFolder(files, place);', 'await files.remove(place.writer);'),
  ],
  'clean does not fence': [
    patch(
      CLEAN,
      'const owner = await fence(files, place, generation);',
      'const owner = await fence({ ...files, mkdir: (f) => files.mkdir(f), remove: (f) => files.remove(f), rename: (a, b) => files.rename(a, b), create: (f) => files.create(f), list: (f) => (f === place.writer ? Promise.resolve([]) : files.list(f)) }, place, generation);',
    ),
    patch(CLEAN, 'if (record !== null && record.cleaned !== true) admit(record, generation);', 'void admit;'),
  ],
  'settle not told what the ledger knows': [patch('activities/settle.ts', 'if (committed.next < next)', 'if (committed.next < 0)')],
  'figures not kept from look to look': [patch('src/jobs/merge.ts', '[base, ...seen].flat()', '[base, ...seen.slice(0, -1)].flat()')],
  'no gate: emits start while other parts settle': [
    patch(
      MACHINE,
      'if (!s.settled && !this.settleAll(commands)) return commands;',
      `if (!s.settled && !this.settleAll(commands)) {
        if (s.begun && !s.stop && s.pausedAtMs === null && Object.keys(s.settling).length > 0)
          s.parts.forEach((part, index) => {
            if (part.answer !== null) this.startEmit(part, index, nowMs, draining, commands);
          });
        return commands;
      }`,
    ),
  ],
};

export const mutations: Record<string, Patch[]> = { ...mistakes, ...reverted, ...gained };

/** Of the protocol, but not of this sink or not of these modules: said, so that nobody looks for them. */
export const elsewhere = ['offset committed before the messages, init that does not fence (Kafka)'];
