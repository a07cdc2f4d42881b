import { scenarios } from '../../src/scenarios';
import { type Case, holdsToTheContract } from './conformance';

/** What the suite cannot know by itself: the key field of each stream. A registered scenario without an entry fails. */
const CASES: Record<string, Omit<Case, 'definition'>> = {
  crisis: { keys: { intakes: 'event_id' } },
};

test('every registered scenario is held to the contract', () => {
  expect(Object.keys(CASES).sort()).toEqual([...scenarios.names].sort());
});

describe.each(scenarios.plugins.map((definition) => [definition.name, definition] as const))('scenario %s', (name, definition) => {
  holdsToTheContract({ definition, ...(CASES[name] ?? { keys: {} }) });
});
