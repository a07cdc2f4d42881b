/** The kinds of fields, one line each. */
import type { Kind } from '../kind';
import { chance, given, oneOf, weighted } from './choices';
import { list, optional, record } from './composites';
import { fake } from './fake';
import { ref, text } from './references';
import { constant, float, int, sequence, time, uuid } from './scalars';

export const kinds: readonly Kind[] = [
  uuid,
  time,
  sequence,
  constant,
  int,
  float,
  chance,
  oneOf,
  weighted,
  given,
  ref,
  text,
  fake,
  record,
  list,
  optional,
];
