/** The report for a terminal. */
import { count, counted, span } from '../../src/figures';
import { table } from '../../src/cli/table';
import type { Outcome } from './outcome';

export function reportLines(outcome: Outcome): string[] {
  const { clean, problems, events, done, planned, cluster, load } = outcome;
  const ms = (value: number | undefined) => (value === undefined ? '' : count(Math.round(value)));
  return [
    `Temporal server ${cluster.temporal} with ${String(cluster.historyShards)} history shards on PostgreSQL ${cluster.postgres}, ${counted(cluster.workers, 'worker')}, ${span(outcome.forMs)}, seed ${String(outcome.seed)}`,
    `${outcome.machine}; meanwhile load ${load.median.toFixed(1)} (at most ${load.max.toFixed(1)})`,
    `${String(done.kills)} of ${counted(planned.kills, 'kill')}; ${counted(done.pauses, 'pause')} and ${counted(done.paces, 'change')} of pace by operators; ${counted(done.bulks, 'unpaced job')} started before kills, ${counted(done.bulksHit, 'kill')} in the middle of one`,
    ...(outcome.missed.length === 0 ? [] : [`not done: ${outcome.missed.join('; ')}`]),
    '',
    ...table(
      ['JOB', 'EVENTS', 'LOST', 'DOUBLED', 'REORDERED', 'FOREIGN', 'SHA256', 'MADE AGAIN', 'TWIN', 'TIMELINE'],
      outcome.jobs.flatMap(({ id, lanes, timeline }) =>
        lanes.map((lane) => [
          ...[`${id} ${lane.name}`, lane.found, lane.lost, lane.duplicated, lane.reordered, lane.foreign, lane.foundSha256.slice(0, 12)],
          lane.foundSha256 === lane.expectedSha256 ? 'the same' : lane.expectedSha256.slice(0, 12),
          lane.foundSha256 === lane.twinSha256 ? 'the same' : lane.twinSha256.slice(0, 12),
          Object.entries(timeline)
            .map(([cause, n]) => `${String(n)} ${cause}`)
            .join(', '),
        ]),
      ),
    ),
    '(MADE AGAIN: by the check, from specification and timeline. TWIN: by a second run on the same cluster, as run --like does it, while nobody was killed.)',
    '',
    ...outcome.jobs.map(({ id, what }) => `  ${id.padEnd(8)} ${what}`),
    '',
    ...table(
      ['MS TO THE NEXT COMMIT', 'KILLS', 'KILL P50', 'P99', 'MAX', 'READY P50', 'P99', 'MAX', 'STANDSTILL P50', 'MAX'],
      outcome.recovery.map(({ kind, kills, fromKillMs, fromReadyMs, medianStandstillMs, longestStandstillMs }) => [
        ...[kind, kills, ms(fromKillMs?.p50), ms(fromKillMs?.p99), ms(fromKillMs?.max)],
        ...[ms(fromReadyMs?.p50), ms(fromReadyMs?.p99), ms(fromReadyMs?.max)],
        ...[ms(medianStandstillMs), ms(longestStandstillMs)],
      ]),
    ),
    '(Of all parts that had committed within 0.7 s before. KILL: from the kill. READY: from the instant at which the successor was ready, 0 where all went',
    'on before that. STANDSTILL: the longest time without a commit of a part with 10 batches a second or more, from the kill or up to 10 s after it. alone:',
    'nobody else was killed from 10 s before to 10 s after it.)',
    '',
    ...(clean
      ? [`clean: ${counted(events.found, 'event')}, byte for byte those of their twins; 0 lost, 0 doubled, 0 out of order`]
      : [
          `NOT CLEAN: ${counted(problems.length, 'problem')}; everything is kept in ${outcome.folder}`,
          ...problems.map((text) => `  ${text}`),
        ]),
  ];
}
