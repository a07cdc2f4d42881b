import { asLine, whileEnding } from '../../../src/cli/stack/lines';

const at = new Date(0);

test("what Temporal's server and SDK complain about during a planned stop is for the curious only", () => {
  const server = asLine('{"level":"error","msg":"service failures","ts":"2026-01-01T00:00:00Z"}', 'temporal', 'error', at);

  expect(server.level).toBe('error');
  expect(whileEnding(server)).toEqual({ ...server, level: 'debug' });
  expect(whileEnding({ ...server, component: 'temporal-sdk' }).level).toBe('debug');
});

test('what a part of ours says during a stop keeps its level: a fault at the end is a fault', () => {
  const worker = asLine('Error: out of disk', 'worker', 'error', at);

  expect(whileEnding(worker)).toBe(worker);
});
