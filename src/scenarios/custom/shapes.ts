/** Shapes of whole numbers as plain data: `{ log_normal: { median: 40, sigma: 0.8 } }`. */
import { z } from 'zod';
import { exponential, logNormal, mixture, normal, uniform } from '../../fields';
import { numberRange } from './parameters';

type Density = (x: number) => number;

const positive = z.number().gt(0);

const simple = {
  log_normal: z.strictObject({ median: positive, sigma: positive }).optional().describe('Skewed to the right.'),
  normal: z.strictObject({ mean: z.number(), sd: positive }).optional().describe('The bell curve.'),
  exponential: z.strictObject({ halving: positive }).optional().describe('Falls by half with every `halving` units.'),
  uniform: numberRange.optional().describe('The same everywhere between two numbers.'),
};

const NAMES = Object.keys(simple);

const part = z
  .strictObject({ share: positive.describe('Its weight in the mixture.'), ...simple })
  .refine((value) => chosen(value) === 1, { error: `must have one of ${NAMES.join(', ')}` });

export const shape = z
  .strictObject({ ...simple, mixture: z.array(part).min(1).max(10).optional().describe('Several shapes, each with its share.') })
  .refine((value) => chosen(value) === 1, { error: `must have one of ${NAMES.join(', ')}, mixture` })
  .describe('How the values are distributed over the range; without: evenly.');

const chosen = (value: object): number => Object.entries(value).filter(([key, given]) => key !== 'share' && given !== undefined).length;

type Simple = Omit<z.output<typeof part>, 'share'>;

export const densityOf = ({ mixture: parts, ...one }: z.output<typeof shape>): Density =>
  parts === undefined
    ? simpleDensity(one)
    : mixture(...parts.map(({ share, ...inner }): [number, Density] => [share, simpleDensity(inner)]));

function simpleDensity(one: Simple): Density {
  if (one.log_normal !== undefined) return logNormal(one.log_normal);
  if (one.normal !== undefined) return normal(one.normal);
  if (one.exponential !== undefined) return exponential(one.exponential);
  const [from, to] = one.uniform ?? [0, 0];
  return uniform(from, to);
}
