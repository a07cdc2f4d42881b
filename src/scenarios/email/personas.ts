/** How different people treat their mail. All figures are invented; the model card `../email.md` says so. */
import type { Random } from '../../fields/random';
import { AliasTable } from '../../fields/alias-table';
import { Attention, type Profile } from './attention';

export interface Persona {
  readonly name: string;
  readonly profile: Profile;
  readonly attention: Attention;
  /** Probability that a delivered message is opened: rested, at an appeal of 1. */
  readonly opens: number;
  /** Probability that an opened message is clicked. */
  readonly clicks: number;
  /** How much a unit of fatigue takes from the open rate: rate × e^(−tires × fatigue). */
  readonly tires: number;
  /** Mean wait from delivery to open, hours of attention. */
  readonly waitHours: number;
  /** Probability that an open ends in an unsubscription, or in a complaint. */
  readonly unsubscribes: number;
  readonly complains: number;
  /** Visits to the sender's site a day, besides those that follow a click. */
  readonly visits: number;
  /** Probability that an open is on a telephone. */
  readonly mobile: number;
}

const LUNCH = { from: '12:05', until: '12:35', times: 2 } as const;

type Habits = Omit<Persona, 'name' | 'attention'> & { share: number };

const HABITS = {
  commuter: {
    share: 20,
    profile: {
      weekday: '000001498221322235983210',
      weekend: '000000012344332222333210',
      spikes: [{ from: '07:35', until: '08:05', times: 2.5 }, LUNCH, { from: '17:35', until: '18:05', times: 2.5 }],
    },
    opens: 0.44,
    clicks: 0.16,
    tires: 0.16,
    waitHours: 8,
    unsubscribes: 0.002,
    complains: 0.0004,
    visits: 0.05,
    mobile: 0.85,
  },
  office_hours: {
    share: 24,
    profile: { weekday: '000000013899868876421110', weekend: '000000001222111111111000', spikes: [LUNCH] },
    opens: 0.42,
    clicks: 0.18,
    tires: 0.18,
    waitHours: 5,
    unsubscribes: 0.003,
    complains: 0.0004,
    visits: 0.06,
    mobile: 0.2,
  },
  early_riser: {
    share: 12,
    profile: { weekday: '000014997421211111221000', weekend: '000001498542211111221000', spikes: [] },
    opens: 0.46,
    clicks: 0.15,
    tires: 0.14,
    waitHours: 14,
    unsubscribes: 0.002,
    complains: 0.0003,
    visits: 0.04,
    mobile: 0.6,
  },
  night_owl: {
    share: 14,
    profile: { weekday: '752100000011111122346899', weekend: '863100000000112222345789', spikes: [] },
    opens: 0.38,
    clicks: 0.17,
    tires: 0.15,
    waitHours: 10,
    unsubscribes: 0.002,
    complains: 0.0005,
    visits: 0.06,
    mobile: 0.7,
  },
  weekend: {
    share: 12,
    profile: { weekday: '000000001111111111112210', weekend: '000000137999877877765421', spikes: [] },
    opens: 0.36,
    clicks: 0.2,
    tires: 0.16,
    waitHours: 44,
    unsubscribes: 0.002,
    complains: 0.0004,
    visits: 0.05,
    mobile: 0.65,
  },
  bulk_averse: {
    share: 8,
    profile: { weekday: '000000135544554444555431', weekend: '000000013455544444555431', spikes: [LUNCH] },
    opens: 0.34,
    clicks: 0.07,
    tires: 0.5,
    waitHours: 8,
    unsubscribes: 0.02,
    complains: 0.008,
    visits: 0.02,
    mobile: 0.5,
  },
  dormant: {
    share: 10,
    profile: { weekday: '000000012222222222333210', weekend: '000000001222222222333210', spikes: [] },
    opens: 0.05,
    clicks: 0.06,
    tires: 0.1,
    waitHours: 40,
    unsubscribes: 0.01,
    complains: 0.002,
    visits: 0.002,
    mobile: 0.5,
  },
} as const satisfies Record<string, Habits>;

export const personas: readonly Persona[] = Object.entries<Habits>(HABITS).map(([name, { share: _, ...habits }]) => ({
  ...habits,
  name,
  attention: new Attention(habits.profile),
}));

const shares = new AliasTable(Object.values<Habits>(HABITS).map(({ share }) => share));
const [first] = personas;

export function drawPersona(random: Random): Persona {
  const persona = personas[shares.draw(random)] ?? first;
  if (persona === undefined) throw new Error('there are no personas');
  return persona;
}
