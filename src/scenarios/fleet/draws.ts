/** The random numbers of a fleet, by what they are for: each purpose has a key of its own, so that a draw more here changes nothing there. */
import { Random, streamKey } from '../../fields/random';
import type { Identity } from '../scenario';

/** What the bytes depend on besides seed and start. */
export interface Source {
  readonly identity: Identity;
  readonly scenario: { readonly name: string; readonly version: number; readonly options: Readonly<Record<string, unknown>> };
}

/** `company`: its properties · `driver`: those of one of its drivers · `words`: names · `tours`, `points`, `seats`, `events`: a driver's life and what is seen of it. */
type Purpose = 'company' | 'driver' | 'words' | 'tours' | 'points' | 'seats' | 'events';

export const randomFor = ({ identity, scenario }: Source, purpose: Purpose): Random =>
  new Random(streamKey({ ...identity, scenario, stream: purpose }));

/** One of the values, each as likely as the others. */
export function pick<T>(random: Random, values: readonly T[]): T {
  const found = values[random.below(values.length)];
  if (found === undefined) throw new Error('nothing to pick from');
  return found;
}

/** Uniform in [from, to). */
export const between = (random: Random, from: number, to: number): number => from + (to - from) * random.float();

/** A Poisson number by Knuth's product of uniforms, in portions of at most 20 so that no product underflows; costs about `mean` draws. */
export function poisson(random: Random, mean: number): number {
  let count = 0;
  for (let rest = mean; rest > 0; rest -= 20) {
    const floor = Math.exp(-Math.min(rest, 20));
    for (let product = random.float(); product > floor; product *= random.float()) count++;
  }
  return count;
}

/** Rounded to so many decimals. */
export const rounded = (value: number, decimals: number): number => Number(value.toFixed(decimals));
