/** Who says how fast: the specification by `load.pace`, or a scenario with a cadence of its own. */
import { z } from 'zod';
import type { Choice } from '../registry';
import { scenarios } from '../scenarios';
import type { Cadence } from '../scenarios/scenario';
import { expected } from '../explain';
import { isObject } from './objects';
import { PACES, withoutInstants } from './pace';

/** Of each stream; null: the specification decides. @param scenario a valid choice */
export const cadenceOf = ({ name, options }: Choice): readonly Cadence[] | null => scenarios.get(name).cadence?.(options) ?? null;

/** Holds `load` of a specification against its scenario; whatever else is wrong with either is told by their own schemas. */
export const cadenceFitsLoad = z.superRefine(
  ({ scenario, load }: { scenario: Choice; load: Record<string, unknown> }, ctx) => {
    const contradiction = (key: string, message: string) => {
      ctx.addIssue({ code: 'custom', path: ['load', key], message });
    };
    const definition = scenarios.plugins.find(({ name }) => name === scenario.name);
    if (definition?.cadence === undefined) {
      if (load['pace'] === undefined) contradiction('pace', expected(PACES, undefined));
      return;
    }
    const { name } = definition;
    if (load['pace'] !== undefined) contradiction('pace', `is not for ${name}, which has a cadence of its own; leave it out`);
    if (load['events'] !== undefined) {
      contradiction('events', `is not for ${name}, whose batches hold as many events as its cadence makes; allowed: for, batches`);
    }
    const options = definition.options.safeParse(scenario.options);
    if (!options.success) return;
    for (const { pace } of definition.cadence(options.data)) {
      if (pace.kind !== 'unpaced') continue;
      for (const [key, message] of withoutInstants(load)) contradiction(key, message);
      return;
    }
  },
  // Also when other keys are wrong, so that all problems are reported at once.
  { when: ({ value }) => isObject(value) && isObject(value['scenario']) && isObject(value['load']) },
);
