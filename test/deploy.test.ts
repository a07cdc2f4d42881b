/** Dashboard and alert rules against the code: what they ask for exists, with those labels. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { FACADE_METRICS, WORKER_METRICS, type Described } from '../src/metrics/names';

const read = (path: string): string => readFileSync(join(__dirname, '../deploy', path), 'utf8');

interface Dashboard {
  panels: { title: string; targets: { expr: string; legendFormat: string }[] }[];
  templating: { list: { name: string; query: string }[] };
}
interface Alerts {
  groups: { rules: { alert: string; expr: string; annotations: Record<string, string> }[] }[];
}

const dashboard = JSON.parse(read('grafana/evergen.json')) as Dashboard;
const alerts = (parse(read('prometheus/alerts.yml')) as Alerts).groups.flatMap(({ rules }) => rules);
const known: Readonly<Record<string, Described>> = { ...WORKER_METRICS, ...FACADE_METRICS };

/** Names of metrics in an expression, without what a histogram adds to them. */
const namesIn = (expr: string): string[] =>
  [...expr.matchAll(/\b(?:evergen|temporal|process|nodejs)_\w+/g)].map(([name]) => name.replace(/_(?:bucket|sum|count)$/, ''));

/** Labels in an expression: in braces, and those that are grouped by. */
function labelsIn(expr: string): string[] {
  const inBraces = [...expr.matchAll(/\{([^}]*)\}/g)].flatMap(([, inner = '']) =>
    [...inner.matchAll(/(\w+)\s*(?:=~|!~|!=|=)/g)].map(([, label = '']) => label),
  );
  const grouped = [...expr.matchAll(/\bby \(([^)]*)\)/g)].flatMap(([, inner = '']) => inner.split(',').map((label) => label.trim()));
  return [...inBraces, ...grouped].filter((label) => label !== 'le');
}

const asked = [
  ...dashboard.panels.flatMap(({ title, targets }) => targets.map(({ expr }): [string, string] => [title, expr])),
  ...dashboard.templating.list
    .filter(({ query }) => query.startsWith('label_values'))
    .map(({ name, query }): [string, string] => [`variable ${name}`, query]),
  ...alerts.map(({ alert, expr }): [string, string] => [alert, expr]),
];

test.each(asked)('%s asks for metrics that evergen has, by labels that they have', (_, expr) => {
  const names = namesIn(expr);
  const own = names.filter((name) => name.startsWith('evergen_'));

  expect(names.length).toBeGreaterThan(0);
  expect(own.filter((name) => known[name] === undefined)).toEqual([]);
  if (own.length === 0) return;
  for (const name of own) {
    const labels: readonly string[] = known[name]?.labels ?? [];
    expect(labelsIn(expr).filter((label) => !labels.includes(label))).toEqual([]);
  }
});

test('histograms are asked for their buckets or counts, counters for their rates', () => {
  for (const [title, expr] of asked) {
    for (const [, name = '', after = ''] of expr.matchAll(/\b(evergen_\w+?)(_bucket|_count|_sum)?(?=[^\w]|$)/g)) {
      const type = known[name]?.type;
      expect([title, name, type === 'histogram']).toEqual([title, name, after !== '']);
      if (type !== 'counter' || title.startsWith('variable')) continue;
      expect([title, expr]).toEqual([title, expect.stringMatching(new RegExp(`(rate|increase)\\(${name}`)) as string]);
    }
  }
});

test('what a legend or an alert names is a label that is grouped by', () => {
  const shown = [
    ...dashboard.panels.flatMap(({ targets }) => targets.map(({ expr, legendFormat }) => ({ expr, text: legendFormat }))),
    ...alerts.map(({ expr, annotations }) => ({ expr, text: Object.values(annotations).join(' ') })),
  ];
  for (const { expr, text } of shown) {
    const named = [...text.matchAll(/\{\{\s*(?:\$labels\.)?(\w+)\s*\}\}/g)].map(([, label = '']) => label);
    expect(named.filter((label) => !labelsIn(expr).includes(label))).toEqual([]);
  }
});

test('every metric of evergen is on the dashboard', () => {
  const drawn = dashboard.panels.flatMap(({ targets }) => targets.flatMap(({ expr }) => namesIn(expr)));

  expect(Object.keys(known).filter((name) => !drawn.includes(name))).toEqual([]);
});

test('names follow Prometheus: counters end in _total, times are seconds, no label tells one job from another', () => {
  for (const [name, { type, labels }] of Object.entries(known)) {
    expect(name.endsWith('_total')).toBe(type === 'counter');
    expect(type !== 'histogram' || name.endsWith('_seconds')).toBe(true);
    expect(labels.filter((label) => ['job', 'id', 'run', 'worker', 'instance'].includes(label))).toEqual([]);
  }
});
