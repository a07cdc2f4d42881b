/** Which faults can come over the events of a scenario: a fault needs something to break. */
import { z } from 'zod';
import { faults, faultsFor, quality, wireQuality, type Quality } from '../quality';
import type { Choice } from '../registry';
import { scenarios } from '../scenarios';
import { isObject } from './objects';

const ALL: readonly Choice[] = faults.plugins.map(({ name, options }) => ({ name, options: options.parse({}) }));

/** The key `faults` for other documents than a specification, and its value as a specification has it. */
export const faultList = quality.shape.faults;
export const wireFaults = (given: readonly Choice[]) => wireQuality({ corruption_rate: 0, faults: given }).faults;

/** The faults by name that can break an event of some stream of the scenario. */
function fitting({ name, options }: Choice, wanted: readonly Choice[]): ReadonlySet<string> {
  const streams = scenarios.get(name).streams(options, { seed: 0, startUs: 0 });
  return new Set(streams.filter(({ alwaysClean }) => alwaysClean !== true).flatMap((stream) => faultsFor(stream, wanted)));
}

/** Where the specification names none: all that fit. */
export function withFaults(scenario: Choice, { corruption_rate, faults }: z.output<typeof quality>): Quality {
  const fits = fitting(scenario, ALL);
  return { corruption_rate, faults: faults ?? ALL.filter(({ name }) => fits.has(name)) };
}

/** Refuses faults that would never come; what else is wrong with either is told by their own schemas. */
export const faultsFitScenario = z.superRefine(
  ({ scenario, quality }: { scenario: Choice; quality?: { faults?: Choice[] | undefined } | undefined }, ctx) => {
    const wanted = quality?.faults ?? [];
    const fits = fitting(scenario, wanted);
    for (const [i, { name }] of wanted.entries()) {
      if (fits.has(name)) continue;
      const allowed = [...fitting(scenario, ALL)];
      const message = `${name} finds nothing to break in the events of ${scenario.name}; allowed: ${allowed.length === 0 ? 'none' : allowed.join(', ')}`;
      ctx.addIssue({ code: 'custom', path: ['quality', 'faults', i], message });
    }
  },
  // Also when other keys are wrong, so that all problems are reported at once.
  {
    when: ({ value, issues }) => isObject(value) && !issues.some(({ path }) => path?.[0] === 'scenario' || path?.[0] === 'quality'),
  },
);
