/** The report of a soak for a terminal. */
import { bytes, count, counted, span } from '../../figures';
import { table } from '../table';
import type { Outcome } from './outcome';

export function reportLines(outcome: Outcome): string[] {
  const { clean, problems, events, done, planned, history, database, lateness } = outcome;
  const ms = (value: number | undefined) => (value === undefined ? '' : count(Math.round(value)));
  return [
    `soak of ${span(outcome.endedAt - outcome.startedAt)}, seed ${String(outcome.seed)}, ${outcome.machine}, load ${outcome.load.median.toFixed(1)} (at most ${outcome.load.max.toFixed(1)})${outcome.drivers > 1 ? `, ${String(outcome.drivers)} drivers` : ''}`,
    `${String(done.kills)} of ${counted(planned.kills, 'kill')}, ${counted(done.freezes, 'process', 'processes')} stopped and continued, ${counted(done.pauses, 'pause')}, ${counted(done.paces, 'change')} of pace, ${counted(done.zombies, 'zombie')} (${count(done.met)} stopped in the act and woken up beside successors that had gone on)`,
    ...(outcome.missed.length === 0 ? [] : [`not done: ${outcome.missed.join('; ')}`]),
    '',
    `events     ${count(events.found)} there, ${count(events.expected)} in the twin: ${count(events.lost)} lost, ${count(events.duplicated)} duplicated, ${count(events.reordered)} reordered, ${count(events.foreign)} foreign`,
    `twin       ${outcome.twin}`,
    '',
    ...table(
      ['PART', 'EVENTS', 'SHA256', 'TWIN'],
      outcome.lanes.map((lane) => [
        lane.name,
        lane.found,
        lane.foundSha256,
        lane.foundSha256 === lane.expectedSha256 ? 'the same' : lane.expectedSha256,
      ]),
    ),
    '',
    ...promised(outcome),
    ...table(
      ['MS TO THE NEXT COMMIT', 'KILLS', 'KILL P50', 'P99', 'MAX', 'READY P50', 'P99', 'MAX', 'STANDSTILL'],
      outcome.recovery.map(({ kind, kills, fromKillMs, fromReadyMs, longestStandstillMs }) => [
        ...[kind, kills, ms(fromKillMs?.p50), ms(fromKillMs?.p99), ms(fromKillMs?.max)],
        ...[ms(fromReadyMs?.p50), ms(fromReadyMs?.p99), ms(fromReadyMs?.max), ms(longestStandstillMs)],
      ]),
    ),
    '(KILL: from the kill. READY: from the instant at which its successor was ready, 0 where the job went on before that. alone: nothing else',
    'was killed, stopped or asked for meanwhile. STANDSTILL: the longest time without a commit within 10 s after a kill of the kind.)',
    '',
    `lateness   p50 ${ms(lateness.p50)} ms, p99 ${ms(lateness.p99)} ms, max ${ms(lateness.max)} ms (a batch that a kill has held up is late by that much)`,
    ...histogram(lateness.buckets),
    '',
    ...table(
      ['MEMORY', 'LIVES', 'MEDIAN MB', 'MAX MB', 'MB AN HOUR'],
      outcome.memory.map(({ part, lives, medianMb, maxMb, slope, error }) => [
        ...[part, lives, medianMb === null ? '' : medianMb.toFixed(0), maxMb.toFixed(0)],
        slope === null || error === null ? 'lives too short to tell' : `${slope.toFixed(1)} ± ${(2 * error).toFixed(1)}`,
      ]),
    ),
    '',
    `database   ${bytes(database.bytes)}, grew by ${bytes(database.grewBytes)}${database.bytesPerBatch === null ? '' : `: ${count(Math.round(database.bytesPerBatch))} B a batch`}`,
    `history    ${count(history.events)} events in ${counted(history.executions, 'execution')}, the longest ${count(history.longest)}${history.eventsPerBatch === null ? '' : `, ${history.eventsPerBatch.toFixed(2)} a batch`}`,
    `data       ${outcome.run}`,
    `report     ${outcome.folder}/report.html, report.json`,
    '',
    ...(clean
      ? [`clean: ${counted(events.found, 'event')}, byte for byte those of the twin; 0 lost, 0 duplicated, 0 reordered`]
      : [`NOT CLEAN: ${counted(problems.length, 'problem')}`, ...problems.map((problem) => `  ${problem}`)]),
  ];
}

/** p99 is what is held to the limit. */
function promised({ promises }: Outcome): string[] {
  if (promises.length === 0) return [];
  const ms = (value: number) => count(Math.round(value));
  const rows = promises.flatMap(({ promise, limitMs, alone, all }) =>
    [
      { name: promise, ...alone },
      { name: '  the same, whatever else was going on', ...all },
    ].map(({ name, kills, ms: of }, i) => [
      ...[name, kills, ...(of === null ? ['', '', ''] : [ms(of.p50), ms(of.p99), ms(of.max)])],
      ...(i > 0 ? ['', ''] : [ms(limitMs), of === null ? 'not seen alone' : of.p99 <= limitMs ? 'kept' : 'NOT KEPT']),
    ]),
  );
  return [...table(['PROMISED, MS', 'KILLS', 'P50', 'P99', 'MAX', 'P99 AT MOST', ''], rows), ''];
}

/** Bounds of the rows, ms: the buckets are finer than a terminal is long. */
const ROWS = [1, 2, 5, 10, 25, 100, 500, 1000, 2000, 5000, 10_000, 60_000];

function histogram(buckets: Outcome['lateness']['buckets']): string[] {
  const rows = [...ROWS, Infinity].map((bound, i) => {
    const inside = buckets.filter(({ upToMs }) => (upToMs ?? Infinity) <= bound && (upToMs ?? Infinity) > (ROWS[i - 1] ?? -1));
    return { label: bound === Infinity ? 'more' : `≤ ${count(bound)} ms`, batches: inside.reduce((n, { batches }) => n + batches, 0) };
  });
  const last = rows.findLastIndex(({ batches }) => batches > 0);
  const most = Math.max(1, ...rows.map(({ batches }) => batches));
  return rows
    .slice(0, last + 1)
    .map(({ label, batches }) =>
      `  ${label.padStart(12)}  ${count(batches).padStart(9)}  ${'█'.repeat(Math.ceil((batches / most) * 30))}`.trimEnd(),
    );
}
