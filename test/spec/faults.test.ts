import type * as Registry from '../../src/registry';
import type * as Scenarios from '../../src/scenarios';
import { parseJobSpec } from '../../src/spec/job-spec';
import type * as Tides from '../support/tides';
import { problemsOf } from './problems';

jest.mock('../../src/scenarios', () => {
  const { scenarios } = jest.requireActual<typeof Scenarios>('../../src/scenarios');
  const { createRegistry } = jest.requireActual<typeof Registry>('../../src/registry');
  const { tides } = jest.requireActual<typeof Tides>('../support/tides');
  return { scenarios: createRegistry('scenario', [...scenarios.plugins, tides]) };
});

/** The schema of its events says nothing of their fields, and they have no time. */
const tides = (quality: object, more: object = {}) => parseJobSpec({ scenario: 'tides', sink: 'drop', quality, ...more });

test('a fault that would find nothing to break is refused, also beside other problems: it would never come', () => {
  const faults = ['truncated', 'null_field', 'late'];

  expect(problemsOf(() => tides({ corruption_rate: 1, faults }, { seed: -1 }))).toEqual([
    expect.objectContaining({ path: '/seed' }),
    { path: '/quality/faults/1', message: 'null_field finds nothing to break in the events of tides; allowed: truncated, duplicate' },
    { path: '/quality/faults/2', message: 'late finds nothing to break in the events of tides; allowed: truncated, duplicate' },
  ]);
});

test('without faults only those are taken that fit', () => {
  expect(tides({ corruption_rate: 1 }).quality?.faults.map(({ name }) => name)).toEqual(['truncated', 'duplicate']);
});
