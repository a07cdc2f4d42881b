/** How much and when, in words: of the command line and the console. */
import { counted, rate } from '../figures';
import type { JobBody } from './job-body';

/** `10/s`, `5-20 each PT10S`; of a cadence: `companies 10 each PT10S, drivers 5-20 each PT10S`. */
export function describePace(pace: JobBody['pace']): string {
  const streams = pace['streams'] as Record<string, JobBody['pace']> | undefined;
  if (streams !== undefined)
    return Object.entries(streams)
      .map(([name, own]) => `${name} ${describePace(own)}`)
      .join(', ');
  if (typeof pace['rate'] === 'number') return rate(pace['rate']);
  if (typeof pace['every'] !== 'string') return 'unpaced' in pace ? 'as fast as the sink commits' : 'in stages';
  const size = pace['batch_size'] as number | { min: number; max: number };
  return `${typeof size === 'number' ? String(size) : `${String(size.min)}-${String(size.max)}`} each ${pace['every']}`;
}

/** `5/s, for PT5M, from 2026-01-01T00:00:00.000Z`. */
export function loadText(job: JobBody): string {
  const load = job.spec['load'] as { for?: string; events?: number; batches?: number };
  const limits = [
    load.for === undefined ? [] : [`for ${load.for}`],
    load.events === undefined ? [] : [counted(load.events, 'event')],
    load.batches === undefined ? [] : [counted(load.batches, 'batch', 'batches')],
  ].flat();
  const from = job.start === null ? '' : `, from ${job.start}`;
  // Stages that are not repeated end by themselves.
  const unlimited = job.planned_events === null ? 'until stopped' : `${counted(job.planned_events, 'event')} in all`;
  return `${describePace(job.pace)}, ${limits.length === 0 ? unlimited : limits.join(', ')}${from}`;
}
