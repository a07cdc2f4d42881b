/** What the sender sends and when: a calendar, day by day, that any day can be read from alone. Invented, as a shop might do it. */
import { Random } from '../../fields/random';
import { esps, type Esp } from './esps';

const DAY_MS = 86_400_000;
/** A flash sale falls on two days of each so many. */
const SALE_EVERY_DAYS = 21;
/** Campaigns of one day have numbers of their own: fewer than this. */
const MOST_A_DAY = 16;

export const kinds = ['newsletter', 'promotion', 'recommendation', 'flash_sale', 'reengagement', 'order_update'] as const;
export type Kind = (typeof kinds)[number];

interface Habit {
  readonly esp: Esp;
  /** Share of recipients who get this kind at all, and of those the share that one campaign goes to. */
  readonly subscribed: number;
  readonly audience: number;
  /** Factor on the open rate. */
  readonly appeal: number;
}

export const habits: Readonly<Record<Kind, Habit>> = {
  newsletter: { esp: esps.mailchimp, subscribed: 0.9, audience: 0.95, appeal: 1.1 },
  promotion: { esp: esps.klaviyo, subscribed: 0.7, audience: 0.7, appeal: 0.9 },
  recommendation: { esp: esps.sendgrid, subscribed: 0.5, audience: 0.5, appeal: 1 },
  flash_sale: { esp: esps.klaviyo, subscribed: 0.35, audience: 0.95, appeal: 0.85 },
  reengagement: { esp: esps.sendgrid, subscribed: 0.5, audience: 0.5, appeal: 0.8 },
  order_update: { esp: esps.postmark, subscribed: 0.9, audience: 0.04, appeal: 1.9 },
};

export interface Campaign {
  /** `flash_sale-2026-03-03-2` */
  readonly id: string;
  readonly kind: Kind;
  /** Launch, minutes after midnight of each recipient's local day. */
  readonly minute: number;
  /** The sends are spread evenly over so many minutes. */
  readonly overMinutes: number;
}

export class Calendar {
  private readonly random: Random;
  /** Thousands of recipients ask for the same day. */
  private readonly days: (readonly Campaign[])[] = [];

  /** @param startMs any instant of the first day */
  constructor(
    key: Int32Array,
    private readonly startMs: number,
  ) {
    this.random = new Random(key);
  }

  /** Midnight of day `day` as local clocks show it. */
  midnight(day: number): number {
    return Math.floor(this.startMs / DAY_MS + day) * DAY_MS;
  }

  /** Campaigns of day `day` (0: the first) in the order of their launch. */
  day(day: number): readonly Campaign[] {
    return (this.days[day] ??= this.plan(day));
  }

  private plan(day: number): readonly Campaign[] {
    const date = new Date(this.midnight(day));
    const slots = [...usual(date.getUTCDay(), day), ...this.sale(day)];
    return slots
      .map(([kind, hour], i) => {
        this.random.at(day, i);
        return {
          id: `${kind}-${date.toISOString().slice(0, 10)}-${String(i + 1)}`,
          kind,
          minute: hour * 60 + (MINUTES[this.random.below(MINUTES.length)] ?? 0),
          overMinutes: 20 + this.random.below(41),
        };
      })
      .sort((a, b) => a.minute - b.minute);
  }

  private sale(day: number): (readonly [Kind, number])[] {
    const block = Math.floor(day / SALE_EVERY_DAYS);
    this.random.at(block, MOST_A_DAY);
    const first = block * SALE_EVERY_DAYS + 5 + this.random.below(SALE_EVERY_DAYS - 6);
    if (day === first) return [9, 14, 20].map((hour) => ['flash_sale', hour] as const);
    return day === first + 1 ? [9, 18].map((hour) => ['flash_sale', hour] as const) : [];
  }
}

/** Half of all campaigns begin at the full hour, as people type round times. */
const MINUTES = [0, 0, 0, 15, 30, 47] as const;

/** Kind and local hour. */
function usual(weekday: number, day: number): (readonly [Kind, number])[] {
  const week = Math.floor(day / 7);
  const planned: readonly (readonly [Kind, number])[][] = [
    [],
    [['recommendation', 11]],
    [['newsletter', 10]],
    [['recommendation', 19]],
    [['promotion', 12]],
    week % 2 === 1 ? [['reengagement', 15]] : [],
    [['promotion', 9]],
  ];
  return [...(planned[weekday] ?? []), ['order_update', 13]];
}
