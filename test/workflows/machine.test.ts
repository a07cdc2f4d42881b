import { parseJobSpec } from '../../src/spec/job-spec';
import { planOf } from '../../src/spec/plan';
import { Machine } from '../../workflows/machine';
import { noTotals } from '../../workflows/ledger';
import type { Place } from '../../workflows/messages';
import { fresh, type Command } from '../../workflows/state';

const NOW_MS = 1_767_225_600_000;

/** Every shard has a batch that is due. */
const LATER_MS = NOW_MS + 60_000;

const emitsOf = (machine: Machine) => machine.advance(LATER_MS).filter((command) => command.type === 'emit');

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

/** All parts answer what the ledger knows. */
function settle(machine: Machine): void {
  for (const command of machine.advance(NOW_MS)) {
    if (command.type !== 'settle') continue;
    const { next, totals }: Place = command.args;
    machine.on({ type: 'settled', id: command.id, outcome: { ok: true, result: { why: 'settled', next, totals, home: 'home' } } }, NOW_MS);
  }
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

describe('shards of one stream', () => {
  /** Three shards that have come differently far, and have answered a cancel. */
  function uneven(load: object, nexts: readonly number[], level: 'end' | null = 'end'): Machine {
    const spec = parseJobSpec({ scenario: 'crisis', sink: 'disk', shards: 3, load: { start: '2026-01-01T00:00:00Z', ...load } });
    const run = '20260105T231000.123Z';
    const planned = planOf(spec, { job: 'nightly', run, version: '0.0.0' });
    expect(planned.level).toBe('end');
    const machine = new Machine(fresh({ ...planned, run, seed: 1, level: level ?? undefined }, NOW_MS));
    settle(machine);
    for (const { id, part } of emitsOf(machine)) reached(machine, id, part, nexts[part] ?? 0, 'span');
    return machine;
  }
  function reached(machine: Machine, id: number, part: number, next: number, why: 'span' | 'cancelled' | 'done' = 'done'): void {
    const totals = { ...noTotals(), batches: (next - part) / 3 };
    machine.on({ type: 'emitted', id, outcome: { ok: true, result: { why, next, totals } } }, LATER_MS);
  }
  const owedIn = (commands: readonly Command[]) =>
    commands.flatMap((command) =>
      command.type === 'emit' ? [{ part: command.part, from: command.args.from, until: command.args.until }] : [],
    );

  test.each([
    ['paced', { pace: { rate: 10 } }],
    ['unpaced', { pace: { unpaced: { batch_size: 10, step: '1ms' } }, batches: 1000 }],
  ])('a stop makes what two of them owe, so that the numbers have no holes: %s', (_, load) => {
    const machine = uneven(load, [9, 4, 23]);
    machine.on({ type: 'stop' }, LATER_MS);
    settle(machine);

    const commands = machine.advance(LATER_MS);

    expect(owedIn(commands)).toEqual([
      { part: 0, from: 9, until: 21 },
      { part: 1, from: 4, until: 21 },
    ]);
    for (const command of commands) if (command.type === 'emit') reached(machine, command.id, command.part, command.part === 0 ? 21 : 22);
    settle(machine);
    expect(emitsOf(machine)).toEqual([]);
    expect(machine.status()).toMatchObject({ state: 'stopped', parts: [{ next: 21 }, { next: 22 }, { next: 23 }] });
  });

  test('a stop of a paused job levels, too; its pause did not: that one is to be in force within a second', () => {
    const machine = uneven({ pace: { rate: 10 }, on_lag: 'skip' }, [9, 4, 23]);
    machine.on({ type: 'pause' }, LATER_MS);
    settle(machine);
    expect(emitsOf(machine)).toEqual([]);
    expect(machine.status()).toMatchObject({ state: 'paused', settling: false });

    machine.on({ type: 'stop' }, LATER_MS);
    const emits = emitsOf(machine);

    expect(emits).toHaveLength(2);
    // Late by nature: an emit that called it an outage would leave the hole.
    expect(emits.map(({ args }) => args.lagAfterUs)).toEqual([null, null]);
  });

  test('a job that began before there was such a thing ends as it always has: its history is replayed', () => {
    const machine = uneven({ pace: { rate: 10 } }, [9, 4, 23], null);
    machine.on({ type: 'stop' }, LATER_MS);
    settle(machine);

    expect(emitsOf(machine)).toEqual([]);
    expect(machine.status()).toMatchObject({ state: 'stopped', parts: [{ next: 9 }, { next: 4 }, { next: 23 }] });
  });
});

describe('streams that refer to each other', () => {
  /** A fleet whose drivers have made ten batches, and whose companies seven: all that is due until then is due at the same instants. */
  function ahead(): Machine {
    const spec = parseJobSpec({
      scenario: { name: 'fleet', emulated_mode: { enabled: true, company_batch_interval: 'PT1S', driver_batch_interval: 'PT1S' } },
      sink: 'folders',
      load: { start: '2026-01-01T00:00:00Z' },
    });
    const run = '20260105T231000.123Z';
    const machine = new Machine(fresh({ ...planOf(spec, { job: 'fleet', run, version: '0.0.0' }), run, seed: 1 }, NOW_MS));
    settle(machine);
    const emits = emitsOf(machine);
    expect(emits).toHaveLength(2);
    for (const { id, part } of emits) made(machine, id, part === 0 ? 7 : 10);
    return machine;
  }
  const made = (machine: Machine, id: number, next: number) =>
    machine.on(
      { type: 'emitted', id, outcome: { ok: true, result: { why: 'cancelled', next, totals: { ...noTotals(), batches: next } } } },
      LATER_MS,
    );

  test.each(['stop', 'pause'] as const)('a %s makes what one of them owes beside the other, and nothing more', (type) => {
    const machine = ahead();
    machine.on({ type }, LATER_MS);
    settle(machine);

    const emits = emitsOf(machine);
    expect(emits.map(({ part, args }) => ({ part, from: args.from, until: args.until }))).toEqual([{ part: 0, from: 7, until: 10 }]);
    // It is waited for, and not cancelled.
    expect(machine.advance(LATER_MS + 1)).toEqual([]);
    for (const { id } of emits) made(machine, id, 10);
    settle(machine);

    expect(emitsOf(machine)).toEqual([]);
    expect(machine.status()).toMatchObject({
      state: type === 'stop' ? 'stopped' : 'paused',
      settling: false,
      parts: [{ next: 10 }, { next: 10 }],
    });
  });

  test('a sink that is away holds up a stop for ten seconds, not for ever', () => {
    const machine = ahead();
    machine.on({ type: 'stop' }, LATER_MS);
    settle(machine);
    const [emit] = emitsOf(machine);
    expect(machine.wakeAtMs(LATER_MS)).toBe(LATER_MS + 10_000);

    expect(machine.advance(LATER_MS + 10_000)).toEqual([{ type: 'cancel', id: emit?.id }]);
    made(machine, emit?.id ?? 0, 8);
    settle(machine);

    expect(emitsOf(machine)).toEqual([]);
    expect(machine.status()).toMatchObject({ state: 'stopped', parts: [{ next: 8 }, { next: 10 }] });
  });

  test('a stop after a pause that could not level looks once more', () => {
    const machine = ahead();
    machine.on({ type: 'pause' }, LATER_MS);
    settle(machine);
    const [emit] = emitsOf(machine);
    machine.advance(LATER_MS + 10_000);
    made(machine, emit?.id ?? 0, 8);
    settle(machine);
    expect(machine.status()).toMatchObject({ state: 'paused', settling: false });

    machine.on({ type: 'stop' }, LATER_MS);
    expect(emitsOf(machine).map(({ args }) => [args.from, args.until])).toEqual([[8, 10]]);
  });
});
