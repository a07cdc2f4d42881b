/** The people who get the mail. Number `n` is the same person in every season of a seed and start, however many others there are. */
import { Random } from '../../fields/random';
import { habits, kinds, type Kind } from './campaigns';
import { chance, exponential, uniform } from './draws';
import { identityOf, type RecipientIdentity } from './identity';
import { drawPersona, type Persona } from './personas';
import { drawZone, type Zone } from './zones';

export interface Recipient {
  /** From 0. */
  readonly number: number;
  readonly identity: RecipientIdentity;
  readonly persona: Persona;
  readonly zone: Zone;
  /** Factor on the open rate: people of one kind still differ. */
  readonly interest: number;
  /** A bit a kind, in the order of `kinds`: see `subscribed`. */
  readonly subscriptions: number;
  /** From this instant on the address does not exist: ms. */
  readonly goneFromMs: number;
  /** Continues where the recipient's own draws ended: his life is drawn from it. */
  readonly random: Random;
}

const DAY_MS = 86_400_000;
/** Mean life of an address, days: 4 % are gone after 90. */
const ADDRESS_DAYS = 2_200;

export function recipientOf(key: Int32Array, startMs: number, number: number): Recipient {
  const random = new Random(key);
  random.at(number, 0);
  return {
    number,
    identity: identityOf(addressOf(random, number)),
    persona: drawPersona(random),
    zone: drawZone(random),
    interest: uniform(random, 0.7, 1.3),
    subscriptions: kinds.reduce((bits, kind, i) => bits | (chance(random, habits[kind].subscribed) ? 1 << i : 0), 0),
    goneFromMs: startMs + exponential(random, ADDRESS_DAYS) * DAY_MS,
    random,
  };
}

export const subscribed = ({ subscriptions }: Recipient, kind: Kind): boolean => (subscriptions & (1 << kinds.indexOf(kind))) !== 0;

/** The plain address, which is in no event. Under domains that RFC 2606 keeps free: no mail can reach anybody. */
export function addressOf(random: Random, number: number): string {
  const pick = (words: readonly string[]) => words[random.below(words.length)] ?? '';
  return `${pick(GIVEN)}.${pick(FAMILY)}.${String(number)}@${pick(DOMAINS)}`;
}

const GIVEN = words(
  'ada amir bela chen dora elif emil femi gita hana ivan jana kofi lena mara nils olga pia ravi sara tomas uma vera yuki',
);
const FAMILY = words('abara berg costa dang evans fischer garcia haas ito jansen khan lind moreau nagy okafor park quist rossi silva tran');
const DOMAINS = words('example.com example.net example.org');

function words(list: string): readonly string[] {
  return list.split(' ');
}
