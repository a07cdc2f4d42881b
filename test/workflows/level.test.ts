/** No job ends with holes: its parts are brought level first. */
import { parseJobSpec } from '../../src/spec/job-spec';
import { planOf } from '../../src/spec/plan';
import { noTotals } from '../../workflows/ledger';
import { Machine } from '../../workflows/machine';
import { fresh, type Command } from '../../workflows/state';
import { emitsOf, LATER_MS, NOW_MS, settle } from './machine-steps';

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

  test('a clean under way while they are levelled wakes nobody, also when the patience is over', () => {
    const machine = ahead();
    machine.on({ type: 'pause' }, LATER_MS);
    settle(machine);
    expect(emitsOf(machine)).toHaveLength(1);
    machine.on({ type: 'clean', mode: null }, LATER_MS);

    expect(machine.advance(LATER_MS).map(({ type }) => type)).toEqual(['cancel']);
    expect(machine.wakeAtMs(LATER_MS + 10_001)).toBeNull();
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
