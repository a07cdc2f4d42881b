import { parseJobSpec } from '../../src/spec/job-spec';
import { planOf } from '../../src/spec/plan';
import { Machine } from '../../workflows/machine';
import { fresh, type Command } from '../../workflows/state';
import { emitsOf, LATER_MS, NOW_MS, settle } from './machine-steps';

/** A job of 64 shards whose emits are under way. */
function underWay(): { machine: Machine; emits: Extract<Command, { type: 'emit' }>[] } {
  const spec = parseJobSpec({
    scenario: 'crisis',
    sink: 'disk',
    shards: 64,
    load: { pace: { rate: 6400 }, start: '2026-01-01T00:00:00Z' },
  });
  const plan = { ...planOf(spec, { job: 'nightly', run: '20260105T231000.123Z', version: '0.0.0' }), run: '20260105T231000.123Z', seed: 1 };
  const machine = new Machine(fresh(plan, NOW_MS));
  settle(machine);
  return { machine, emits: emitsOf(machine) };
}

const pauses = ({ state }: Machine) => state.journal.filter(({ action }) => action === 'pause').length;

test('a disk that is full under 64 shards is one pause in the journal, which keeps the last hundred entries only', () => {
  // given
  const { machine, emits } = underWay();
  expect(emits.length).toBe(64);

  // when
  for (const { id, part } of emits)
    machine.on(
      { type: 'emitted', id, outcome: { ok: false, kind: 'rejected', message: `the disk is full: shard ${String(part)}` } },
      NOW_MS,
    );

  // then
  expect(machine.status()).toMatchObject({ state: 'paused', reason: expect.stringContaining('the disk is full') });
  expect(pauses(machine)).toBe(1);
});

test('a resume that is refused again is noted again, so that the journal does not end with a job that seems to run', () => {
  const { machine, emits } = underWay();
  const refuse = (id: number) =>
    machine.on({ type: 'emitted', id, outcome: { ok: false, kind: 'rejected', message: 'the disk is full' } }, LATER_MS);
  for (const { id } of emits) refuse(id);
  settle(machine);

  machine.on({ type: 'resume' }, LATER_MS);
  const again = emitsOf(machine);
  for (const { id } of again) refuse(id);

  expect(again.length).toBe(64);
  expect(pauses(machine)).toBe(2);
});

test('a batch that a sink has begun keeps its instant when the job is resumed, since some of its events may have left with it', () => {
  // given
  const { machine, emits } = underWay();
  machine.on({ type: 'pause' }, LATER_MS);
  for (const { id, args } of emits)
    machine.on(
      { type: 'emitted', id, outcome: { ok: true, result: { why: 'cancelled', next: args.from, totals: args.totals } } },
      LATER_MS,
    );

  // when: shard 7 answers that batch 583 is next, and that it has begun with it and with batch 647
  for (const command of machine.advance(LATER_MS)) {
    if (command.type !== 'settle') continue;
    const { part, next, totals } = command.args;
    const place = part.shard === 7 ? { next: 583, begun: 2 } : { next };
    machine.on(
      { type: 'settled', id: command.id, outcome: { ok: true, result: { why: 'settled', totals, home: 'home', ...place } } },
      LATER_MS,
    );
  }
  machine.on({ type: 'resume' }, LATER_MS + 5_000);
  machine.advance(LATER_MS + 5_000);

  // then: later ones move, whoever writes them; by what is committed alone they would from batch 600 on
  expect(machine.state.timeline.at(-1)).toMatchObject({ cause: 'hold', from: 648 });
});

const DAY_MS = 86_400_000;

/** A job into a sink that forgets after days, one shard, one batch each 30 days. */
function forgetful(): Machine {
  const spec = parseJobSpec({
    scenario: 'crisis',
    sink: 'kafka',
    load: { pace: { every: 'PT720H', batch_size: 1 }, start: '2026-01-31T00:00:00Z' },
  });
  const plan = { ...planOf(spec, { job: 'nightly', run: '20260105T231000.123Z', version: '0.0.0' }), run: '20260105T231000.123Z', seed: 1 };
  const machine = new Machine(fresh(plan, NOW_MS));
  answer(machine, NOW_MS);
  return machine;
}

/** All settles that are asked for at this moment; all parts answer. */
function answer(machine: Machine, nowMs: number): number[] {
  const settles = machine.advance(nowMs).filter((command) => command.type === 'settle');
  for (const { id, args } of settles) {
    const { next, totals, generation } = args;
    expect(generation).toBe(machine.state.generation);
    machine.on({ type: 'settled', id, outcome: { ok: true, result: { why: 'settled', next, totals, home: 'home' } } }, nowMs);
  }
  machine.advance(nowMs);
  return settles.map(({ args }) => args.generation);
}

test.each(['runs', 'is paused'])('a job that %s writes to a sink that forgets every three days, and its timeline stays as it is', (how) => {
  const machine = forgetful();
  if (how === 'is paused') machine.on({ type: 'pause' }, NOW_MS);
  answer(machine, NOW_MS);
  const { timeline } = machine.status();

  for (let days = 3; days <= 27; days += 3) {
    const atMs = NOW_MS + days * DAY_MS;
    expect(machine.wakeAtMs(atMs - 1)).toBe(atMs);
    expect(answer(machine, atMs - 1)).toEqual([]);
    expect(answer(machine, atMs)).toHaveLength(1);
  }

  expect(machine.status()).toMatchObject({ timeline, settling: false, state: how === 'runs' ? 'running' : 'paused' });
});

test('a job into a sink that forgets nothing waits for its next batch alone', () => {
  const { machine } = underWay();

  expect(machine.state.plan.keepMs).toBeUndefined();
  machine.on({ type: 'pause' }, LATER_MS);
  expect(machine.wakeAtMs(LATER_MS)).toBeNull();
});

test('a clean of a job whose sink is to be written to wakes nobody while it is under way', () => {
  const machine = forgetful();
  machine.on({ type: 'pause' }, NOW_MS);
  answer(machine, NOW_MS);
  machine.on({ type: 'clean', mode: null }, NOW_MS + 3 * DAY_MS - 1);

  expect(machine.advance(NOW_MS + 3 * DAY_MS).map(({ type }) => type)).toEqual(['clean']);
  expect(machine.wakeAtMs(NOW_MS + 3 * DAY_MS)).toBeNull();
});

describe('clean', () => {
  const paused = () => {
    const { machine, emits } = underWay();
    machine.on({ type: 'pause' }, LATER_MS);
    return { machine, emits };
  };
  /** All running emits end as cancelled, and the settle answers. */
  const atRest = ({ machine, emits }: ReturnType<typeof paused>): Machine => {
    for (const { id, args } of emits)
      machine.on(
        { type: 'emitted', id, outcome: { ok: true, result: { why: 'cancelled', next: args.from, totals: args.totals } } },
        LATER_MS,
      );
    settle(machine);
    return machine;
  };
  const cleansOf = (machine: Machine) => machine.advance(LATER_MS).filter((command) => command.type === 'clean');
  const answer = { deleted: 3, skipped: 0, errors: 0 };

  test('of a job that runs is not heard, so that nothing is deleted under a writer', () => {
    const { machine } = underWay();

    machine.on({ type: 'clean', mode: null }, LATER_MS);

    expect(machine.advance(LATER_MS)).toEqual([]);
    expect(machine.status().state).toBe('running');
  });

  test('waits for the emits of a pause that is not in force yet, and lets nothing else begin', () => {
    const { machine, emits } = paused();
    machine.on({ type: 'clean', mode: null }, LATER_MS);

    expect(cleansOf(machine)).toEqual([]);
    for (const { id, args } of emits)
      machine.on(
        { type: 'emitted', id, outcome: { ok: true, result: { why: 'cancelled', next: args.from, totals: args.totals } } },
        LATER_MS,
      );
    machine.on({ type: 'resume' }, LATER_MS);

    expect(machine.advance(LATER_MS).map(({ type }) => type)).toEqual(['clean']);
    expect(machine.advance(LATER_MS)).toEqual([]);
  });

  test('ends the job as cleaned, under a generation above all writers, and says so in the manifest', () => {
    const machine = atRest(paused());
    const before = machine.state.generation;
    machine.on({ type: 'clean', mode: null, by: 'http' }, LATER_MS);
    const [command] = cleansOf(machine);

    expect(command).toMatchObject({ args: { generation: before + 1, mode: null, home: 'home' } });
    machine.on({ type: 'cleaned', id: command?.id ?? 0, outcome: { ok: true, result: { ...answer, over: true } } }, LATER_MS);

    expect(machine.advance(LATER_MS).map(({ type }) => type)).toEqual(['publish']);
    expect(machine.status()).toMatchObject({ state: 'cleaned', settling: false });
  });

  test("of another mode's data leaves the job paused, and a refusal gives its reason", () => {
    const machine = atRest(paused());
    machine.on({ type: 'clean', mode: 'production' }, LATER_MS);
    const [first] = cleansOf(machine);
    machine.on({ type: 'cleaned', id: first?.id ?? 0, outcome: { ok: true, result: { ...answer, over: false } } }, LATER_MS);
    settle(machine);
    expect(machine.status()).toMatchObject({ state: 'paused', settling: false });

    machine.on({ type: 'clean', mode: null }, LATER_MS);
    const [second] = cleansOf(machine);
    machine.on({ type: 'cleaned', id: second?.id ?? 0, outcome: { ok: false, kind: 'rejected', message: 'may not' } }, LATER_MS);

    expect(machine.status()).toMatchObject({ state: 'paused', reason: 'may not' });
  });
});
