import { createLogger, type LogOptions } from '../src/log';

const capture = (options: Partial<LogOptions> = {}) => {
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line) };
  return { lines, log: createLogger({ component: 'worker', level: 'info', format: 'json', destination, ...options }) };
};

test('a line is one JSON object with the six keys that readers of the logs rely on', () => {
  const { lines, log } = capture();

  log.of({ runId: '20260105T231000.123Z' }).warn('batch late', { batch: 3 });

  expect(lines).toHaveLength(1);
  expect(JSON.parse(lines[0]!)).toEqual({
    timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    component: 'worker',
    run_id: '20260105T231000.123Z',
    level: 'warn',
    message: 'batch late',
    metadata: { batch: 3 },
  });
});

test('secrets in the metadata are not written, as logs are passed on', () => {
  const { lines, log } = capture();

  log.info('connecting', { token: 'hush-1', headers: { authorization: 'hush-2' }, deep: { er: { password: 'hush-3' } }, address: 'here' });

  expect(lines.join()).not.toContain('hush');
  expect(lines.join()).toContain('here');
});

test('lines below the level are not written', () => {
  const { lines, log } = capture({ level: 'warn' });

  log.info('quiet');
  log.error('loud', { error: new Error('reason') });

  expect(lines).toHaveLength(1);
});

test('text is one line that a person can read, with the reason of an error', () => {
  const { lines, log } = capture({ format: 'text' });

  log.info('ready', { batch: 3 });

  expect(lines).toEqual([expect.stringMatching(/^\[.*\] INFO: worker: ready \{"metadata":\{"batch":3\}\}\n$/)]);
});
