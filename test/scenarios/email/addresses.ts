/** The plain addresses of the first recipients, which are nowhere to be found: made from their draws as `recipients.ts` makes them, and proved by their hashes. */
import { Random } from '../../../src/fields/random';
import { seasonKey } from '../../../src/scenarios/email/season';
import { addressIn } from '../../../src/scenarios/email/set';
import { IDENTITY } from './full-set';

export function plainAddresses(recipients: number): string[] {
  const random = new Random(seasonKey(IDENTITY, 'recipients'));
  return Array.from({ length: recipients }, (_, number) => addressIn(random, number));
}
