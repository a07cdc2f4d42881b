/** Every documented path against real processes, called with what its document allows and with what it does not: nothing breaks. */
import { startTestStack, type TestStack } from '../support/stack';
import { fuzz, fuzzRequests } from './fuzz/calls';

const REQUESTS = fuzzRequests(300);

jest.setTimeout(120_000 + REQUESTS * 200);

let stack: TestStack;
let pids: number[];
beforeAll(async () => {
  stack = await startTestStack();
  pids = (await Promise.all([stack.worker(), stack.facade()])).map(({ pid }) => pid);
});

test(`of ${String(REQUESTS)} calls none breaks, hangs or ends a process, and every answer is a documented one`, async () => {
  const { faults, statuses } = await fuzz(stack.base, REQUESTS);

  expect(faults).toEqual([]);
  // Neither refused nor let through all: both would try little.
  expect(statuses[200]).toBeGreaterThan(REQUESTS / 20);
  expect(statuses[422]).toBeGreaterThan(REQUESTS / 20);
  for (const pid of pids) expect(() => process.kill(pid, 0)).not.toThrow();
  expect(await stack.call('GET', '/healthz')).toMatchObject({ status: 200 });
});
