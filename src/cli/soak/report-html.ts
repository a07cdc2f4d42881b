/** The report of a soak as one page: no script, no address, to be kept and sent as it is. */
import { count, span } from '../../figures';
import { bars, chart, escaped, type Point } from './charts';
import type { Outcome } from './outcome';
import { reportLines } from './report-text';

const STYLE = `body{font:15px/1.5 system-ui,sans-serif;max-width:920px;margin:2em auto;padding:0 1em;color:#0f172a}
h1{font-size:1.5em}.clean{color:#047857}.not{color:#b91c1c}figure{margin:1.5em 0}figcaption{font-weight:600}
svg{width:100%;height:auto;background:#f8fafc}svg text{font-size:11px;fill:#334155}.value{text-anchor:middle}.left{text-anchor:end}
pre{background:#f8fafc;padding:1em;overflow:auto;font-size:12px}table{border-collapse:collapse}td,th{padding:.2em .8em;text-align:right;border-bottom:1px solid #e2e8f0}th:first-child,td:first-child{text-align:left}`;

export function reportHtml(outcome: Outcome): string {
  const { clean, events, done } = outcome;
  const verdict = clean
    ? `${count(events.found)} events, byte for byte those of the twin: 0 lost, 0 duplicated, 0 reordered`
    : `not clean: ${count(events.lost)} lost, ${count(events.duplicated)} duplicated, ${count(events.reordered)} reordered, ${count(events.foreign)} foreign`;
  const length = span(outcome.endedAt - outcome.startedAt);
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>evergen soak</title><style>${STYLE}</style></head><body>
<h1>Soak of ${escaped(length)}: ${String(done.kills)} kills, <span class="${clean ? 'clean' : 'not'}">${clean ? 'clean' : 'not clean'}</span></h1>
<p class="${clean ? 'clean' : 'not'}">${escaped(verdict)}</p>
<p>Begun ${escaped(new Date(outcome.startedAt).toISOString())}, seed ${String(outcome.seed)}, ${escaped(outcome.machine)}.</p>
${charts(outcome).join('\n')}
<h2>In words</h2>
<pre>${escaped(reportLines(outcome).join('\n'))}</pre>
<h2>Each kill</h2>
${killTable(outcome)}
<h2>Specification</h2>
<pre>${escaped(JSON.stringify(outcome.spec, null, 2))}</pre>
</body></html>
`;
}

const shortMs = (ms: number): string => (ms >= 1000 ? `${String(ms / 1000)} s` : String(ms));
const seconds = (ms: number): number => ms / 1000;

function charts({ samples, kills, memory, lateness, standstills, startedAt, endedAt }: Outcome): string[] {
  const mostX = seconds(endedAt - startedAt);
  const marks = kills.map(({ atMs, part, n }) => ({ x: seconds(atMs), label: `kill ${String(n)}: ${part}` }));
  const over = (of: (sample: Outcome['samples'][number]) => number | undefined): Point[] =>
    samples.flatMap((sample) => {
      const y = of(sample);
      return y === undefined ? [] : [{ x: seconds(sample.at), y }];
    });
  const victims = [...new Set(kills.map(({ victim }) => victim))].sort();
  return [
    chart({
      title: 'Committed events; each grey line is a kill',
      x: 'seconds',
      mostX,
      y: 'events',
      series: [{ name: 'events', as: 'line', points: over(({ events }) => events) }],
      marks,
    }),
    chart({
      title: 'From a kill to the next commit',
      x: 'seconds',
      mostX,
      y: 'ms',
      series: victims.map((victim) => ({
        name: victim,
        as: 'dots' as const,
        points: kills.flatMap(({ victim: of, atMs, recoveredMs }) =>
          of === victim && recoveredMs !== null ? [{ x: seconds(atMs), y: recoveredMs }] : [],
        ),
      })),
    }),
    chart({
      title: 'Longer times without a commit (pauses, too)',
      x: 'seconds',
      mostX,
      y: 'ms',
      series: [{ name: 'standstill', as: 'dots', points: standstills.map(({ from, to }) => ({ x: seconds(from), y: to - from })) }],
    }),
    bars(
      'Lateness of the batches (heights: logarithm of their number)',
      'at most so late, ms',
      'batches',
      lateness.buckets.map(({ upToMs, batches }) => ({ label: upToMs === null ? 'more' : shortMs(upToMs), value: batches })),
    ),
    chart({
      title: 'Memory of the processes',
      x: 'seconds',
      mostX,
      y: 'MB resident',
      series: memory.map(({ part }) => ({ name: part, as: 'dots' as const, points: over(({ rss }) => rss[part]?.[1]) })),
    }),
    chart({
      title: "Temporal's database",
      x: 'seconds',
      mostX,
      y: 'MB',
      series: [{ name: 'database', as: 'line', points: over(({ dbBytes }) => dbBytes / 1e6) }],
    }),
  ];
}

function killTable({ kills }: Outcome): string {
  const rows = kills.map(({ n, part, atMs, busy, recoveredMs, sinceReadyMs, sinceThereMs, standstillMs, alone }) =>
    [
      ...[String(n), part, span(atMs), busy === null ? '' : busy ? 'at work' : 'idle'],
      ...[recoveredMs === null ? '' : count(recoveredMs), sinceReadyMs === null ? '' : count(sinceReadyMs)],
      ...[sinceThereMs === null ? '' : count(sinceThereMs), count(standstillMs), alone ? 'yes' : ''],
    ]
      .map((cell) => `<td>${escaped(cell)}</td>`)
      .join(''),
  );
  const heads = [
    'step',
    'process',
    'at',
    'worker was',
    'ms from the kill',
    'ms from ready',
    'ms from somebody being there',
    'standstill, ms',
    'alone',
  ];
  return `<table><tr>${heads.map((head) => `<th>${head}</th>`).join('')}</tr>${rows.map((row) => `<tr>${row}</tr>`).join('\n')}</table>`;
}
