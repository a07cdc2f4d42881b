/**
 * Progress of a job: one line that is written over on a terminal, plain lines at a distance elsewhere.
 * By hand: a library (cli-progress) would bring a second notion of rate and end beside the job's own figures, to draw one line.
 */
import { count, lateness, rate, span } from '../../figures';
import type { JobBody } from '../../jobs/job-body';
import { rates } from '../../jobs/rates';
import { corruptedText, statusLines } from '../job-text';

export interface Screen {
  write(text: string): unknown;
  isTTY?: boolean;
  columns?: number;
}

export interface Progress {
  show(job: JobBody): void;
  /** Writes a line of its own above what is shown. */
  say(line: string): void;
  /** Takes away what would be written over; the next line stands free. */
  end(): void;
}

/** Between two plain lines. */
const PLAIN_MS = 10_000;
const PLAIN_WATCHED_MS = 1_000;
const BAR = 24;
/** The rate that is shown is that of the last seconds: an average over a long run would hide that it stands still. */
const RATE_OVER_MS = 5_000;

/** Events in all; `about`: an estimate, with a cadence of the scenario's own. Null: until stopped. */
type Total = { events: number; about: boolean } | null;

/** As its timeline is now: a change of pace changes it, and what a pause has passed over is never made. */
function totalOf({ planned_events, totals, pace }: JobBody): Total {
  return planned_events === null ? null : { events: planned_events - totals.skipped, about: 'streams' in pace };
}

/**
 * @param watched the whole status in place of the bar; elsewhere a line each second
 * @param asked the number of events that was asked for, where it says more than the job's own
 */
export function createProgress(screen: Screen, watched = false, asked?: number): Progress {
  const total = (job: JobBody): Total => (asked === undefined ? totalOf(job) : { events: asked, about: false });
  return screen.isTTY === true ? drawn(screen, total, watched) : printed(screen, total, watched ? PLAIN_WATCHED_MS : PLAIN_MS);
}

function drawn(screen: Screen, total: (job: JobBody) => Total, watched: boolean): Progress {
  const now = createMeter();
  let last: string[] = [];
  const clear = (): void => {
    if (last.length > 0) screen.write(`${last.length > 1 ? `\x1b[${String(last.length - 1)}A` : ''}\r\x1b[J`);
    last = [];
  };
  const draw = (lines: string[]): void => {
    clear();
    // A line that wraps could not be written over.
    last = lines.map((line) => line.slice(0, Math.max(20, (screen.columns ?? 80) - 1)));
    screen.write(last.join('\n'));
  };
  return {
    show: (job) => draw([...(watched ? statusLines(job) : []), progressLine(job, total(job), now(job))]),
    say(line) {
      const shown = last;
      clear();
      screen.write(`${line}\n`);
      draw(shown);
    },
    end: clear,
  };
}

function printed(screen: Screen, total: (job: JobBody) => Total, everyMs: number): Progress {
  const now = createMeter();
  let next = performance.now() + Math.min(everyMs, 1000);
  let state = '';
  return {
    show(job) {
      const perSecond = now(job);
      if (performance.now() < next && job.state === state) return;
      // The first line comes early: it says that something happens.
      next = performance.now() + everyMs;
      if (state !== '' || job.state !== 'running') screen.write(`${plainLine(job, total(job), perSecond)}\n`);
      state = job.state;
    },
    say: (line) => void screen.write(`${line}\n`),
    end: () => undefined,
  };
}

/** Events a second over the last looks at a job; over its whole time as long as there are none. */
function createMeter(): (job: JobBody) => number {
  const looks: { atMs: number; emitted: number }[] = [];
  return (job) => {
    const look = { atMs: performance.now(), emitted: job.totals.emitted };
    looks.push(look);
    while (look.atMs - (looks[1]?.atMs ?? look.atMs) > RATE_OVER_MS) looks.shift();
    const first = looks[0] ?? look;
    return look.atMs - first.atMs < 1000 ? rates(job).actual : ((look.emitted - first.emitted) * 1000) / (look.atMs - first.atMs);
  };
}

/** `[████████░░░░] 40%  600 of 1,500 events  5/s  1 min 4 s left` */
function progressLine(job: JobBody, total: Total, perSecond: number): string {
  const { emitted } = job.totals;
  const share = total === null || total.events === 0 ? null : Math.min(1, emitted / total.events);
  return `${share === null ? '' : `${bar(share)}  `}${figures(job, total, perSecond)}`;
}

/** `[████████░░░░] 40%`. @param share 0 to 1 */
export const bar = (share: number): string =>
  `[${'█'.repeat(Math.round(share * BAR)).padEnd(BAR, '░')}] ${String(Math.floor(share * 100)).padStart(3)}%`;

/** `12 s: 120 of 300 events, 10/s, p99 2 ms late`. */
const plainLine = (job: JobBody, total: Total, perSecond: number): string =>
  `${job.id} at ${span(Date.now() - Date.parse(job.started_at))}: ${figures(job, total, perSecond)}, late by ${lateness(job.lateness_ms)}`;

function figures(job: JobBody, total: Total, perSecond: number): string {
  const { emitted, corrupted } = job.totals;
  const of = total === null ? '' : ` of ${total.about ? 'about ' : ''}${count(total.events)}`;
  const events = `${count(emitted)}${of} events${corruptedText(corrupted)}`;
  const left = job.ends_at === null ? null : Date.parse(job.ends_at) - Date.now();
  const rest = job.state === 'running' && left !== null && left > 0 ? `, ${span(left)} left` : '';
  const state = job.state === 'running' ? rate(perSecond) : job.state_reason === null ? job.state : `${job.state}: ${job.state_reason}`;
  return `${events}, ${state}${rest}${job.last_error === null ? '' : `, retrying: ${job.last_error}`}`;
}
