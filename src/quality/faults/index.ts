/** The faults evergen knows: one line each. Their order is part of the bytes: a specification without `faults` takes them in it. */
import { createRegistry } from '../../registry';
import type { FaultDefinition } from '../fault';
import { badEncoding } from './bad-encoding';
import { duplicate } from './duplicate';
import { futureTime } from './future-time';
import { late } from './late';
import { malformedJson } from './malformed-json';
import { missingField } from './missing-field';
import { nullField } from './null-field';
import { outOfRange } from './out-of-range';
import { truncated } from './truncated';
import { unknownValue } from './unknown-value';
import { wrongType } from './wrong-type';

export const faults = createRegistry<FaultDefinition>('fault', [
  nullField,
  missingField,
  wrongType,
  outOfRange,
  unknownValue,
  malformedJson,
  truncated,
  badEncoding,
  duplicate,
  late,
  futureTime,
]);
