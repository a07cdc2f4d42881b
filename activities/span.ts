/** The loop of one emit: which batches, at which instant, in which group, until when. */
import { Context } from '@temporalio/activity';
import { afterBatch, type Totals } from '../workflows/ledger';
import type { EmitArgs, Place, Receipt } from '../workflows/messages';
import type { StreamSchedule } from '../workflows/schedule';
import type { WorkerMetrics } from '../src/metrics/worker-metrics';
import type { Generation } from '../src/spec/generation';
import type { Clock } from './clock';
import { Group } from './groups';
import type { Held } from './writers';

/** A batch is lagging when it is later than its interval and than this. */
const LAGGING_US = 5_000_000;

export class Span {
  private next: number;
  private totals: Totals;
  private readonly schedule: StreamSchedule;
  private readonly cancelled = Context.current().cancellationSignal;
  private readonly endUs: number;

  /**
   * @param tell is told what is committed, after each commit
   * @param over aborts the commit in hand, its outcome unknown
   */
  constructor(
    private readonly clock: Clock,
    private readonly generation: Generation,
    private readonly args: EmitArgs,
    private readonly held: Held,
    private readonly tell: (place: Place) => void,
    private readonly over: AbortSignal,
    private readonly metrics?: Pick<WorkerMetrics, 'committed'>,
  ) {
    this.next = held.next;
    this.totals = held.totals;
    this.endUs = clock.nowUs() + args.spanMs * 1000;
    const schedule = generation.schedules[args.part.stream];
    if (schedule === undefined) throw new Error(`the plan has no stream number ${String(args.part.stream)}`);
    this.schedule = schedule;
  }

  async run(): Promise<Receipt> {
    this.tell({ next: this.next, totals: this.totals });
    try {
      return { why: await this.commits(), next: this.next, totals: this.totals };
    } catch (error) {
      if (!this.cancelled.aborted) throw error;
      // What the last commit has done is the sink's to say: the workflow settles before it goes on.
      return { why: 'cancelled', next: this.next, totals: this.totals };
    }
  }

  /** One group after the other: while one is being committed, the next is made, ahead of its instant. */
  private async commits(): Promise<Receipt['why']> {
    const { plan, part, until } = this.args;
    const { sends } = this.held.writer;
    const groups: [Group, Group] = [new Group(sends?.atMost), new Group(sends?.atMost)];
    let committing: Promise<void> = Promise.resolve();
    let b = this.next;
    const fill = async (group: Group) => {
      while (!this.filled(group) && b < until && !this.cancelled.aborted && (group.batches.length === 0 || this.overdue(b))) {
        await group.add(this.generation, part.stream, b);
        b += plan.shards;
      }
    };
    try {
      for (let turn = 0; ; turn = 1 - turn) {
        const ended = this.ended(b);
        if (ended !== null) {
          await committing;
          return ended;
        }
        const group = groups[turn === 0 ? 0 : 1];
        group.clear();
        const first = b;
        await fill(group);
        if (this.schedule.paced) await this.clock.waitUntil(this.beginUs(first), this.cancelled);
        await committing;
        if (this.cancelled.aborted) return 'cancelled';
        // The process may have stood still meanwhile.
        if (this.lagging(first)) return 'lagging';
        await fill(group);
        committing = this.commit(group, b);
        committing.catch(() => undefined);
      }
    } finally {
      await committing.catch(() => undefined);
    }
  }

  /** Lateness is measured where the commit begins: what the sink then needs is the sink's. */
  private async commit({ batches }: Group, next: number): Promise<void> {
    const nowUs = this.clock.nowUs();
    const latenessMs = batches.map(({ dueUs }) =>
      this.schedule.paced && dueUs >= this.args.lateFromUs ? (nowUs - dueUs) / 1000 : undefined,
    );
    // The sink's record is about the data; how long a commit took, nobody asks of it.
    const before = { ...this.totals };
    delete before.commitMs;
    const totals = batches.reduce<Totals>(
      (sum, { count, corrupted, bytes }, i) => afterBatch(sum, { emitted: count, corrupted, bytes: bytes.length }, latenessMs[i]),
      before,
    );
    const begunMs = performance.now();
    await this.held.writer.commit(batches, totals, this.over);
    const durationMs = performance.now() - begunMs;
    this.next = next;
    this.totals = { ...totals, rejected: this.held.writer.sends?.rejected ?? totals.rejected, commitMs: Math.round(durationMs * 10) / 10 };
    this.tell({ next, totals: this.totals });
    this.metrics?.committed(this.args.plan, {
      events: this.totals.emitted - before.emitted,
      corrupted: this.totals.corrupted - before.corrupted,
      rejected: this.totals.rejected - before.rejected,
      bytes: this.totals.bytes - before.bytes,
      latenessMs,
      durationMs,
    });
  }

  private ended(b: number): Receipt['why'] | null {
    if (b >= this.args.until) return 'done';
    if (this.cancelled.aborted) return 'cancelled';
    if (this.lagging(b)) return 'lagging';
    return this.clock.nowUs() > this.endUs ? 'span' : null;
  }

  /** When the commit of a batch begins: a sink that sends event by event has it from its first event on, all others when it is due. */
  private beginUs(b: number): number {
    const { dueUs, events, timeUs } = this.schedule.batch(b);
    return this.held.writer.sends === undefined || events === 0 ? dueUs : Math.min(dueUs, timeUs(0));
  }

  private filled(group: Group): boolean {
    return group.full || (this.held.writer.single === true && group.batches.length > 0);
  }

  private overdue(b: number): boolean {
    return !this.schedule.paced || this.schedule.batch(b).dueUs <= this.clock.nowUs();
  }

  private lagging(b: number): boolean {
    const { lagAfterUs } = this.args;
    if (lagAfterUs === null || !this.schedule.paced) return false;
    const { dueUs } = this.schedule.batch(b);
    return dueUs > lagAfterUs && this.clock.nowUs() - dueUs > Math.max(this.schedule.stepUs, LAGGING_US);
  }
}
