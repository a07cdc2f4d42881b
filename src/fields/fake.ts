/**
 * Realistic words from faker. Faker is loaded by the first field that needs it, since that costs 0.15 s and 30 MB. A value takes
 * 1 to 5 µs, a hundred times a number's: for names and texts.
 */
import type * as FakerModule from '@faker-js/faker';
import { createRequire } from 'node:module';
import type { Field, Scalar } from './field';
import { writeJson } from './json-bytes';
import { Random, streamKey } from './random';

/** What the one faker of this process draws from; set before each call, so that no state is carried from event to event. */
const source = { random: new Random(new Int32Array(4)), timeUs: 0 };

let loaded: FakerModule.Faker | undefined;

function faker(): FakerModule.Faker {
  return (loaded ??= load());
}

function load(): FakerModule.Faker {
  const { base, en, Faker } = createRequire(__filename)('@faker-js/faker') as typeof FakerModule;
  const made = new Faker({
    locale: [en, base],
    // Not faker's own seed(): seeding a Mersenne twister for each event would cost 40 to 110 µs.
    randomizer: {
      next: () => source.random.float(),
      seed: () => {
        throw new Error('faker draws from the address of the event and has no seed of its own');
      },
    },
  });
  // Dates relative to "now" are relative to the event: nothing here reads a clock.
  made.setDefaultRefDate(() => new Date(Math.floor(source.timeUs / 1000)));
  return made;
}

/**
 * The answer of a faker function, which must be a string, number, boolean or date: `fake('company.name')`, `fake('location.zipCode', '#####')`.
 * @param path module and function, as in https://fakerjs.dev/api
 * @throws Error when there is no such function, or its answer is of another type
 */
export function fake(path: string, ...args: readonly unknown[]): Field {
  const [moduleName = '', name = ''] = path.split('.');
  const owner: unknown = Reflect.get(faker(), moduleName);
  const method: unknown = typeof owner === 'object' && owner !== null ? Reflect.get(owner, name) : undefined;
  if (typeof method !== 'function') throw new Error(`faker has no function '${path}'`);
  const draw = (random: Random, timeUs: number): Scalar => {
    source.random = random;
    source.timeUs = timeUs;
    const value: unknown = Reflect.apply(method, owner, args);
    if (value instanceof Date) return value.toISOString();
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
    throw new Error(`faker's '${path}' answers neither a string, a number, a boolean nor a date`);
  };
  const trial = new Random(streamKey({ seed: 0, startUs: 0, scenario: { name: 'trial', version: 1, options: {} }, stream: path }));
  return {
    schema: { type: typeof draw(trial, 0) },
    bind: () => (out, random, context) => writeJson(out, draw(random, context.timeUs)),
  };
}
