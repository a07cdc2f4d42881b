import { Circuit } from '../../../src/sinks/http/circuit';

const never = new AbortController().signal;

/** A circuit whose time is told. */
function circuitAt(ms: number) {
  let nowMs = ms;
  const circuit = new Circuit('http://localhost/ingest', () => nowMs);
  return { circuit, now: () => nowMs, pass: (by: number) => (nowMs += by) };
}

/** Fails until it is open; answers what it says. */
function opened({ circuit, now, pass }: ReturnType<typeof circuitAt>): string {
  for (let i = 0; i < 100; i++) {
    const open = circuit.failed('503', now(), 0);
    if (open !== null) return open.message;
    pass(500);
  }
  throw new Error('it does not open');
}

test('a few failures among successes never open it, however many there are in all', () => {
  const { circuit, now, pass } = circuitAt(0);

  for (let i = 0; i < 1000; i++) {
    for (let k = 0; k < 4; k++) expect(circuit.failed('500', now(), 0)).toBeNull();
    circuit.succeeded();
    pass(1_000);
  }
});

test('many failures in one moment do not open it: a target may be starting', () => {
  const { circuit, now } = circuitAt(0);

  for (let i = 0; i < 50; i++) expect(circuit.failed('connect ECONNREFUSED', now(), 0)).toBeNull();
});

test('when it is open nothing passes but one request after the rest, and its failure doubles the rest, up to ten seconds', async () => {
  const time = circuitAt(1_000_000);
  const { circuit, now, pass } = time;
  expect(opened(time)).toContain('asked again in 1 s');
  const rests = [];
  for (const rest of [1, 2, 4, 8, 10, 10]) {
    pass(rest * 1000);
    await circuit.enter(never);
    let second = 'waits';
    void circuit.enter(never).then(
      () => (second = 'passed'),
      () => undefined,
    );
    await new Promise(setImmediate);
    expect(second).toBe('waits');
    rests.push(/asked again in (\d+) s/.exec(circuit.failed('503', now(), 0)?.message ?? '')?.[1]);
  }

  expect(rests).toEqual(['2', '4', '8', '10', '10', '10']);
  circuit.succeeded();
  await circuit.enter(never);
});

test('a target that asks for a long rest gets it, and whoever comes meanwhile hears why at once', async () => {
  const { circuit, now, pass } = circuitAt(0);

  expect(circuit.failed('429', now(), 60_000)?.message).toContain('(429)');
  await expect(circuit.enter(never)).rejects.toMatchObject({ code: 'SINK', canRetry: true });
  pass(60_000);
  await circuit.enter(never);
});

test('a probe that was ended from outside is nobody’s any more: the next one asks', async () => {
  const time = circuitAt(0);
  opened(time);
  time.pass(1_000);
  await time.circuit.enter(never);

  time.circuit.unknown();

  await time.circuit.enter(never);
});
