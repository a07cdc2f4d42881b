/** What the workflow and the activities may rely on: durable tasks, retries, cancellation, heartbeats. Every delay is the explorer's choice. */
import type { CleanArgs, EmitArgs, SettleArgs } from '../../workflows/messages';

export type Work = { kind: 'settle'; args: SettleArgs } | { kind: 'emit'; args: EmitArgs } | { kind: 'clean'; args: CleanArgs };

export type Activity = Work & {
  readonly id: number;
  /** Index of the part. */
  readonly part: number;
  attempts: number;
  state: 'scheduled' | 'started' | 'closed';
  cancelRequested: boolean;
  /** Of the last heartbeat. */
  details: unknown;
  current: object | null;
};

/** How an activity ended, as the workflow is told. */
export type Closed = { id: number; kind: Work['kind'] } & (
  { ok: true; result: unknown } | { ok: false; failure: { type: string; message: string } | null }
);

export class Temporal {
  readonly activities: Activity[] = [];
  /** What the next workflow task will be told, in order. */
  readonly closed: Closed[] = [];

  schedule(id: number, part: number, work: Work): void {
    this.activities.push({ ...work, id, part, attempts: 0, state: 'scheduled', cancelRequested: false, details: undefined, current: null });
  }

  start(activity: Activity, attempt: object): number {
    activity.state = 'started';
    activity.current = attempt;
    return ++activity.attempts;
  }

  /** False for an attempt that was given up: nobody listens to it any more. */
  believes(activity: Activity, attempt: object): boolean {
    return activity.current === attempt && activity.state === 'started';
  }

  /** Answers whether the attempt is told of a cancel request. */
  heartbeat(activity: Activity, attempt: object, details: unknown): boolean {
    if (!this.believes(activity, attempt)) return false;
    activity.details = details;
    return activity.cancelRequested;
  }

  complete(activity: Activity, attempt: object, result: unknown): void {
    if (this.believes(activity, attempt)) this.close(activity, { ok: true, result });
  }

  /** An error that may be retried (`failure` null) or a heartbeat time-out: another attempt, unless a cancel was requested: then no receipt. */
  fail(activity: Activity, attempt: object, failure: { type: string; message: string } | null): void {
    if (!this.believes(activity, attempt)) return;
    if (failure !== null || activity.cancelRequested) this.close(activity, { ok: false, failure });
    else activity.state = 'scheduled';
  }

  cancel(id: number): void {
    const activity = this.activities.find((a) => a.id === id);
    if (activity === undefined || activity.state === 'closed' || activity.cancelRequested) return;
    activity.cancelRequested = true;
    // In back-off: closed at once, without details.
    if (activity.state === 'scheduled') this.close(activity, { ok: false, failure: null });
  }

  private close(
    activity: Activity,
    outcome: { ok: true; result: unknown } | { ok: false; failure: { type: string; message: string } | null },
  ): void {
    activity.state = 'closed';
    this.closed.push({ id: activity.id, kind: activity.kind, ...outcome });
  }
}
