/** What must never happen. Some things are seen when they happen, the rest at the end of a run. */
import type { Part, Place } from '../../workflows/messages';
import type { Entry } from '../../workflows/schedule';
import { keptMs } from './config';
import type { Stand } from './site';
import { due, expectedOf } from './truth';
import type { Watcher } from './workflow';
import type { World } from './world';

export class Violation extends Error {}

/** So long at least a stop tries to bring its parts level. */
const LEVEL_PATIENCE_MS = 10_000;

export class Checker implements Watcher {
  private readonly raisedTo: number[] = [];
  /** What was shown of each part, as the facade keeps it. */
  shown: (Part & Place)[] = [];
  /** Something that was committed has been taken away. */
  lossy = false;
  /** The part of which the ledger knew more than was left then. */
  private lost: number | null = null;
  /** It happened after the part's settle had answered: the job may then end without having seen it. */
  private unseen = false;
  private pausedSince: number | null = null;
  /** When the first stop was heard, wall ms. */
  private stoppedAtMs: number | null = null;
  /** Per part: the generation of the last settle that has answered; when its record was written last, wall ms. */
  private readonly answered: number[] = [];
  private readonly writtenAtMs: number[] = [];
  private touching = false;
  /** An emit has said that it lags, and no settle has answered on every part since. */
  private lagging = false;

  constructor(private readonly world: World) {}

  private first: Violation | null = null;

  fail(text: string): never {
    this.first ??= new Violation(text);
    throw this.first;
  }

  /** Throws what was found within a step of the project's code, which may have taken it for an error of its own. */
  rethrow(): void {
    if (this.first !== null) throw this.first;
  }

  lose(part: number, known: boolean, answered: boolean): void {
    this.lossy = true;
    this.lost = known ? part : null;
    this.unseen = answered;
  }

  committed(part: number, generation: number, next: number): void {
    const { workflow } = this.world;
    const { phase } = workflow.state;
    const say = (when: string) => this.fail(`part ${part}: generation ${generation} committed up to ${next} ${when}`);
    if (generation < (this.raisedTo[part] ?? 0)) say(`after ${this.raisedTo[part]} was settled`);
    if (workflow.pausedAndSettled) say('while paused and settled');
    if (phase !== 'running' && phase !== 'failed') say(`after the job was ${phase}`);
    if (this.world.sink.record(part)?.cleaned === true) say('after it was cleaned');
    if (this.lost === part) say('though progress was lost before');
    this.world.note(`part ${part} committed, next is ${next}`);
  }

  recorded(part: number, stand: Stand, before: Stand | null): void {
    this.writtenAtMs[part] = this.world.nowMs;
    if (before?.cleaned === true && stand.cleaned !== true)
      this.fail(`part ${part}: a record of a writer in place of the one that says cleaned`);
    if (stand.cleaned !== true) this.raisedTo[part] = Math.max(stand.generation, this.raisedTo[part] ?? 0);
  }

  settled(part: number, generation: number): void {
    this.answered[part] = generation;
  }

  lags(): void {
    this.lagging = true;
  }

  /** Whatever fences, a clean among others, wants a settle before the next emit. */
  emits(generation: number): void {
    const { parts, generation: present } = this.world.workflow.state;
    if (generation !== present || parts.some((_, part) => this.answered[part] !== generation))
      this.fail(`an emit of generation ${generation} begins, but the parts were settled under ${this.answered.join(' ')}`);
  }

  /** Our own note of when a pause came into force, to compare with the workflow's. */
  beforeTask(): void {
    const { signals, state } = this.world.workflow;
    if (signals.some(({ type }) => type === 'pause' || type === 'standby')) this.pausedSince ??= this.world.nowMs;
    if (signals.some(({ type }) => type === 'stop')) this.stoppedAtMs ??= this.world.nowMs;
    const asked = signals.length > 0 || this.pausedSince !== null || this.lagging || state.paces !== null;
    // Nothing but the touch is in hand.
    this.touching = state.touch === true && state.begun && !asked && !this.lossy;
  }
  afterTask(before: Entry[]): void {
    const { timeline, pausedAtMs } = this.world.workflow.state;
    if (before.length > 0 && timeline.length > before.length) this.appended(before, timeline, timeline.slice(before.length));
    if (pausedAtMs === null) this.pausedSince = null;
    this.afterSettle(before);
  }

  /** What the workflow knows while every part has answered and nothing runs; a touch has changed nothing. */
  private afterSettle(before: Entry[]): void {
    const { workflow, sink } = this.world;
    const { parts, touch, timeline } = workflow.state;
    const touched = this.touching && touch === false && !this.lagging;
    if (!workflow.state.lag) this.lagging = false;
    if (touched && timeline.length > before.length) this.fail('a touch has changed the timeline');
    if (this.lossy || workflow.state.clean || !(touched || workflow.pausedAndSettled)) return;
    parts.forEach(({ next, totals }, part) => {
      const record = sink.record(part);
      if (next !== sink.committedNext(part) || JSON.stringify(totals) !== JSON.stringify(record?.totals))
        this.fail(`part ${part}: settled, but the workflow knows ${next} ${JSON.stringify(totals)}, the sink ${JSON.stringify(record)}`);
    });
  }

  /** In a fair phase: whatever the job waits for, a sink that forgets is written to in time. @param sinceMs begin of the phase */
  kept(sinceMs: number): void {
    const { workflow, config, nowMs } = this.world;
    const { phase, begun, blocked, parts } = workflow.state;
    if (config.keep === null || phase !== 'running' || !begun || blocked || this.lossy || workflow.cleans) return;
    parts.forEach((_, part) => {
      const sinceWritten = nowMs - Math.max(sinceMs, this.writtenAtMs[part] ?? 0);
      if (sinceWritten > keptMs(config)) this.fail(`part ${part} was not written to for ${sinceWritten} ms: the sink has forgotten it`);
    });
  }

  private appended(old: Entry[], timeline: Entry[], entries: Entry[]): void {
    const { world } = this;
    const { shards } = world.config;
    const { parts } = world.workflow.state;
    const held = parts.map((_, part) => world.sink.untouchedNext(part));
    const lasts = parts.map(({ stream }, part) => (held[part]! < shards ? -Infinity : due(old, stream, held[part]! - shards)));
    if (entries.every(({ cause }) => cause !== 'pace') && !this.lossy) {
      const pausedUs = this.pausedSince === null ? Infinity : this.pausedSince * 1000;
      // Of a lag there is no instant to compare with.
      const cut = Math.max(...lasts, pausedUs);
      for (const { stream, from } of entries) {
        // Nothing of the stream was left to be moved.
        if (from >= world.config.batches) continue;
        if (from > 0 && due(timeline, stream, from - 1) > cut)
          this.fail(`stream ${stream}: batch ${from - 1} is due after the cut and was not moved`);
        if (due(timeline, stream, from) < world.nowMs * 1000) this.fail(`stream ${stream}: batch ${from} was moved into the past`);
      }
    }
    for (const { stream, from } of entries) {
      if (from > 0 && due(timeline, stream, from - 1) !== due(old, stream, from - 1))
        this.fail(`stream ${stream}: the entry from ${from} changes batches before it`);
      if (from > 0 && due(timeline, stream, from) < due(timeline, stream, from - 1))
        this.fail(`stream ${stream}: batch ${from} is due before the one before it`);
      if (old.some((o) => o.stream === stream && o.from > from))
        this.fail(`stream ${stream}: an entry from ${from} after one from a later batch`);
      parts.forEach((part, i) => {
        if (part.stream === stream && from < held[i]! - shards + 1)
          this.fail(`entry of stream ${stream} from ${from}, but part ${i} has committed or begun up to ${held[i]}`);
      });
    }
  }

  /** A look from outside. */
  status(parts: (Part & Place)[]): void {
    if (this.lossy) return;
    const { shards } = this.world.config;
    parts.forEach(({ stream, shard, next, totals }) => {
      const part = stream * shards + shard;
      const truth = this.world.sink.committedNext(part);
      const before = this.shown.find((p) => p.stream === stream && p.shard === shard);
      if (next > truth) this.fail(`status of part ${part} says next ${next}, committed is ${truth}`);
      if (before !== undefined && (next < before.next || totals.batches < before.totals.batches))
        this.fail(`status of part ${part} went back from ${before.next} to ${next}`);
      if (totals.batches !== (next - shard) / shards) this.fail(`status of part ${part}: ${totals.batches} batches, but next is ${next}`);
    });
    this.shown = parts;
  }

  /** Of a run that was stopped while its writers could work: whatever is due by the last batch of any part, all parts have made. */
  private level(): void {
    const { config, sink, workflow } = this.world;
    const { parts, timeline, finishedAtMs } = workflow.state;
    if (timeline.length === 0 || this.stoppedAtMs === null) return;
    // Whoever has been dead for so long is not waited for.
    if ((finishedAtMs ?? Infinity) - this.stoppedAtMs >= LEVEL_PATIENCE_MS) return;
    this.world.seen.add('stopped level');
    const nexts = parts.map(({ shard }, part) => sink.record(part)?.next ?? shard);
    const reached = parts.map(({ stream }, part) => {
      const last = nexts[part]! - config.shards;
      return last < 0 ? -Infinity : due(timeline, stream, last);
    });
    const until = Math.max(...reached);
    parts.forEach(({ stream }, part) => {
      const next = nexts[part]!;
      if (next < config.batches && due(timeline, stream, next) <= until)
        this.fail(`part ${part}: stopped without batch ${next}, though later ones were made: ${nexts.join(' ')}`);
    });
  }

  atEnd(): void {
    const { workflow, sink, config } = this.world;
    const { phase, timeline, parts, reason } = workflow.state;
    if (phase === 'running') this.fail('the job does not come to its end');
    if (!workflow.ended) this.fail('clean does not come to its end');
    if (workflow.refused) this.fail('a clean after the end was refused');
    if (this.lost !== null && phase !== 'failed' && (this.unseen || phase === 'cleaned')) return;
    if (phase === 'failed') {
      if (!this.lossy) this.fail(`failed, but nothing was lost: ${reason}`);
      if (reason === null) this.fail('failed without a reason');
    } else if (this.lost !== null) this.fail(`${phase}, but progress was lost`);
    if (phase === 'stopped' && !this.lossy && !workflow.cleaned) this.level();
    if (workflow.cleaned) {
      parts.forEach((_, part) => {
        if (sink.left(part) !== '') this.fail(`part ${part}: data after clean: ${sink.left(part)}`);
        if (sink.record(part)?.cleaned !== true) this.fail(`part ${part}: a record that does not say cleaned`);
      });
      return;
    }
    parts.forEach((p, part) => {
      const record = sink.record(part);
      const next = record?.next ?? p.shard;
      if (phase === 'completed' && next < config.batches) this.fail(`part ${part}: completed, but next is ${next}`);
      if (timeline.length === 0) return next > p.shard ? this.fail(`part ${part}: data without a timeline`) : undefined;
      const upTo = (to: number) => expectedOf(config, timeline, p.stream, p.shard, to, workflow.state.startedAtMs);
      const expected = upTo(next);
      // A disk that lost the record of a file has the file's bytes yet; the next writer would move them away.
      const difference = phase === 'failed' ? null : sink.difference(part, upTo);
      if (difference !== null) this.fail(`part ${part}: ${difference}`);
      const paced = config.streams[p.stream]?.kind !== 'unpaced';
      for (const [who, totals] of [
        ['record', record?.totals],
        ['workflow', phase === 'failed' ? undefined : p.totals],
      ] as const) {
        if (totals === undefined) continue;
        const late = totals.lateness.reduce((a, b) => a + b, 0);
        const wrong =
          totals.batches !== expected.batches ||
          totals.emitted !== expected.events ||
          totals.valid !== expected.events ||
          totals.bytes !== expected.bytes.length ||
          (paced && late !== expected.live);
        if (wrong)
          this.fail(
            `part ${part}: totals of the ${who} are ${JSON.stringify(totals)}, a recount says ${expected.batches} batches, ${expected.events} events`,
          );
      }
    });
  }
}
