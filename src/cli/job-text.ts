/** A job in words: the lines of `status`, and the summary at the end of `run`. */
import { bytes, count, counted, lateness, rate, span } from '../figures';
import type { JobBody } from '../jobs/job-body';
import { describePace, loadText } from '../jobs/load-text';
import { rates } from '../jobs/rates';
import { facts } from './table';

/** @param timeline what happened to it, a line each */
export function statusLines(job: JobBody, timeline: readonly string[] = []): string[] {
  const { totals } = job;
  const streams = Object.entries(job.streams);
  return [
    `${job.id}: ${job.state}${job.settling && job.finished_at === null ? ' (settling)' : ''}${job.state_reason === null ? '' : `, ${job.state_reason}`}`,
    ...facts(
      [
        ['run', job.run],
        ['what', `${job.scenario} to ${job.sink}, seed ${job.seed === null ? 'not fixed yet' : String(job.seed)}`],
        ['load', loadText(job)],
        ['started', job.started_at],
        job.finished_at === null ? ['ends', job.ends_at ?? endText(job)] : ['finished', job.finished_at],
        ['paused', job.paused_ms === 0 ? null : span(job.paused_ms)],
        ['events', eventsText(job)],
        ['written', `${counted(totals.batches, 'batch', 'batches')}, ${bytes(totals.bytes)}`],
        ['lateness', lateness(job.lateness_ms)],
        ...(streams.length < 2
          ? []
          : streams.map(([name, { emitted, corrupted, next_batch }]): [string, string] => [
              `stream ${name}`,
              `${counted(emitted, 'event')}${corruptedText(corrupted)}, next batch ${count(next_batch)}`,
            ])),
        ['last batch', streams.map(([, { last_batch_at }]) => last_batch_at).findLast((at) => at !== null) ?? null],
        ['data', outputText(job)],
        ['rejected', rejectedText(job)],
        ...expectationFacts(job),
        ...timeline.map((line, i): [string, string] => [i === 0 ? 'timeline' : '', line]),
        ['Web UI', job.web_ui_url],
        ['retrying', job.last_error],
        ['worker', job.worker === 'away' ? 'none answers: the figures are the last that were seen' : null],
      ],
      '  ',
    ),
  ];
}

/** Of a job whose end has no instant. */
const endText = ({ pace, planned_events }: JobBody): string =>
  'unpaced' in pace && planned_events !== null ? `when its ${counted(planned_events, 'event')} are made` : 'when it is stopped';

/** The lines by which `run` ends, five, and one more where events were rejected. @param again the command line that repeats it */
export const summaryLines = (job: JobBody, again: string): string[] =>
  facts([
    ['events', eventsText(job)],
    ['rate', rateText(job)],
    ['lateness', lateness(job.lateness_ms)],
    ['data', `${outputText(job)} (${bytes(job.totals.bytes)})`],
    ['rejected', rejectedText(job)],
    ['repeat', again],
  ]);

/** A line each; none where nothing is expected. */
export const expectationLines = (job: JobBody): string[] => facts(expectationFacts(job));

const expectationFacts = ({ expect }: JobBody): [string, string][] =>
  expect.map(({ rule, value, ok }) => [ok ? 'met' : 'not met', `${rule} (${value === null ? 'nothing there' : String(value)})`]);

const eventsText = ({ totals: { scheduled, emitted, corrupted, skipped, rejected } }: JobBody): string =>
  `${count(scheduled)} scheduled, ${count(emitted)} emitted${corruptedText(corrupted)}, ${count(skipped)} skipped, ${count(rejected)} rejected`;

/** ` (90 corrupted)`; nothing where none is. */
export const corruptedText = (corrupted: number): string => (corrupted > 0 ? ` (${count(corrupted)} corrupted)` : '');

function rateText(job: JobBody): string {
  const { target, changed, actual, activeMs } = rates(job);
  const since =
    changed === null ? '' : ` since ${new Date(changed.sinceMs).toISOString().slice(11, 19)} UTC, ${rate(changed.average)} on average`;
  return `target ${target === null ? describePace(job.pace) : rate(target)}${since}, actual ${rate(actual)} (${counted(job.totals.emitted, 'event')} in ${span(activeMs)})`;
}

/** Where the rejected events are; null where there are none. */
const rejectedText = ({ output, totals: { rejected }, finished_at }: JobBody): string | null =>
  rejected === 0 || output.rejected === undefined
    ? null
    : `${counted(rejected, 'event')} of the emitted, in ${output.rejected}${finished_at === null ? ' once it pauses or ends' : ''}`;

/** Names of the topics, as a consumer needs them. @param topic a name with `{stream}` still in it, or without */
export const topicsOf = (topic: string, streams: readonly string[]): string[] =>
  streams.length === 0 ? [topic] : [...new Set(streams.map((stream) => topic.replaceAll('{stream}', stream)))];

const outputText = ({ streams, output: { kind, path, topic, url } }: JobBody): string =>
  path ??
  (topic === undefined ? undefined : topicsOf(topic, Object.keys(streams)).join(', ')) ??
  url ??
  (kind === 'drop' ? 'nowhere (drop)' : kind);
