/** The kinds of fields, one line each. */
import type { Kind } from '../kind';
import { chance, given, oneOf, weighted } from './choices';
import { list, optional, record, text } from './composites';
import { fake } from './fake';
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
  text,
  fake,
  record,
  list,
  optional,
];
