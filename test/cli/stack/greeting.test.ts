import { greeting, lacksOf } from '../../../src/cli/stack/greeting';
import type { StackRecord } from '../../../src/cli/stack/record';

const record: StackRecord = {
  supervisor: '1',
  started_at: '2026-01-01T00:00:00.000Z',
  ready: true,
  detached: false,
  temporal: { address: '127.0.0.1:7233', namespace: 'default', ui_url: null },
  kafka: null,
  addresses: { api: 'http://127.0.0.1:8787', crisis: 'http://127.0.0.1:8001' },
  parts: {},
  ready_at: {},
  resumed: [],
  paused: [],
};

test('the greeting names what answers, and nothing that does not', () => {
  const lines = greeting(record, './data', './evergen', false);

  expect(lines).toContain('  Console            http://127.0.0.1:8787');
  expect(lines).toContain('  API documentation  http://127.0.0.1:8787/docs');
});

test('jobs that go on are named, and those that are paused, with how to resume them: a pause outlives every restart', () => {
  const said = (paused: string[]) => greeting({ ...record, resumed: ['nightly'], paused }, './data', './evergen', false);

  expect(said(['fleet'])).toEqual(
    expect.arrayContaining(['  Going on           nightly', '  Paused             fleet (./evergen resume fleet)']),
  );
  expect(said(['fleet', 'weekly'])).toContain('  Paused             fleet, weekly (./evergen resume ID)');
  expect(said([]).join('\n')).not.toContain('Paused');
});

test('the first command to paste is for what is there: a look at the fleet, else a run of the crisis intake', () => {
  const first = (changes: Partial<StackRecord>, token = false) => {
    const lines = greeting({ ...record, ...changes }, './data', './evergen', token);
    return lines[lines.indexOf('Try:') + 1];
  };
  const addresses = { ...record.addresses, fleet: 'http://127.0.0.1:18000' };

  expect(first({ addresses })).toMatch(/^ {2}curl -X POST http:\/\/127\.0\.0\.1:8001\/generate -H 'content-type/);
  expect(first({ addresses, resumed: ['fleet'] })).toBe('  curl http://127.0.0.1:18000/api/health');
  expect(first({ paused: ['fleet'] }, true)).toBe(
    '  curl -H "authorization: Bearer $EVERGEN_TOKEN" http://127.0.0.1:8787/fleet/api/health',
  );
  expect(first({ addresses: { api: 'http://127.0.0.1:8787' } })).toContain('http://127.0.0.1:8787/crisis/generate');
});

test.each([
  [{ workers: 1, kafka: false }, []],
  [{ workers: 2, kafka: false }, []],
  [{ workers: 3, kafka: true }, ['it has 2 workers, not 3', 'it has no Kafka broker']],
])('whether a stack that is up is the one that is asked for by %j is told by its parts', (asked, lacks) => {
  expect(lacksOf({ ...record, parts: { temporal: '2', 'worker-1': '3', 'worker-2': '4', facade: '5' } }, asked)).toEqual(lacks);
});

test('the only worker is one, though its name has no number', () => {
  expect(lacksOf({ ...record, parts: { temporal: '2', worker: '3', facade: '5' } }, { workers: 1, kafka: false })).toEqual([]);
});
