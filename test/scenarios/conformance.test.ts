import { scenarios } from '../../src/scenarios';
import { type Case, holdsToTheContract } from './conformance';
import { SHOP } from './custom/declarations';

/** What the suite cannot know by itself: the key field of each stream. A registered scenario without an entry fails. */
const CASES: Record<string, Omit<Case, 'definition'>> = {
  crisis: { keys: { intakes: 'event_id' } },
  tutoring: { keys: { events: thing } },
  // Windows of 5 minutes are mostly empty.
  email: { keys: { events: 'universal_id' }, options: { window: 'P1D' } },
  custom: { keys: { orders: 'id' }, options: { streams: SHOP } },
  fleet: { keys: { companies: 'company_id', drivers: 'event_id' } },
};

/** What a tutoring event is about. */
function thing({ payload }: Record<string, unknown>): unknown {
  const about = payload as Record<string, unknown>;
  return about['session_id'] ?? about['call_id'] ?? about['student_id'] ?? about['tutor_id'] ?? about['subject'];
}

test('every registered scenario is held to the contract', () => {
  expect(Object.keys(CASES).sort()).toEqual([...scenarios.names].sort());
});

describe.each(scenarios.plugins.map((definition) => [definition.name, definition] as const))('scenario %s', (name, definition) => {
  holdsToTheContract({ definition, ...(CASES[name] ?? { keys: {} }) });
});
