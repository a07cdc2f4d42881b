/** One leg of one driver with the instants at which he is seen on it, and what each of them shows. */
import type { Random } from '../../fields/random';
import type { Driver } from './company';
import { Journey, type Reading } from './journey';
import type { Leg } from './tours';

export const EVENT_TYPES = [
  'trip_started',
  'position',
  'harsh_braking',
  'speeding',
  'idling',
  'refuelled',
  'rest_break',
  'trip_ended',
  'fault_code',
] as const;
export type EventType = (typeof EVENT_TYPES)[number];

const SPEED_LIMITS = [120, 100, 90, 80, 70, 60, 50, 30, 20];

export interface Sight {
  readonly type: EventType;
  readonly reading: Reading;
  /** Of the trip that the instant lies in; null while parked. */
  readonly trip: string | null;
  /** Per cent, before a refill. */
  readonly fuel: number;
  readonly speedLimit: number | null;
  readonly litres: number | null;
  /** Until he drives again. */
  readonly restS: number | null;
}

/**
 * A leg is parked, driven and parked again: he departs at the last instant seen in its first quarter and arrives at the first one in its last quarter,
 * so the drive takes half of the leg or more, and begin and end of a trip are events of their own.
 */
export class WatchedLeg {
  private readonly journey: Journey;
  private readonly departs: number;
  private readonly arrives: number;
  /** Both ends of the drive are seen; otherwise nobody tells of a trip. */
  private readonly told: boolean;

  /** @param seenUs all instants of the leg at which the driver is seen, in order, those of later batches too */
  constructor(
    readonly driver: Driver,
    private readonly leg: Leg,
    private readonly fuelPerKm: number,
    readonly seenUs: readonly number[],
  ) {
    const quarter = (leg.endUs - leg.startUs) / 4;
    const [from, to] = [leg.startUs + quarter, leg.endUs - quarter];
    this.departs = seenUs.findLastIndex((us) => us < from);
    this.arrives = seenUs.findIndex((us) => us >= to);
    this.told = this.departs >= 0 && this.arrives >= 0;
    this.journey = new Journey(leg, driver.depot, seenUs[this.departs] ?? from, seenUs[this.arrives] ?? to);
  }

  /** @param i which of the instants @param random at the event's own address */
  sight(i: number, random: Random): Sight {
    const us = this.seenUs[i] ?? this.leg.startUs;
    const { leg, journey } = this;
    const reading = journey.at(us);
    const refill = leg.refillFrom !== null && i === 0 && this.departs > 0;
    const type = refill ? 'refuelled' : this.typeOf(i, us, reading, random);
    const during = this.told && i >= this.departs && i <= this.arrives;
    const missing = refill && leg.refillFrom !== null ? leg.fuel - leg.refillFrom : 0;
    return {
      type,
      reading,
      trip: during ? `T-${this.driver.driver_id.slice(2)}-${String(leg.number + 1).padStart(6, '0')}` : null,
      fuel: leg.fuel - (reading.odometerKm - leg.fromKm) * this.fuelPerKm,
      speedLimit: type === 'speeding' ? (SPEED_LIMITS.find((limit) => limit <= reading.speedKmh - 3) ?? null) : null,
      litres: refill ? (missing / 100) * this.driver.vehicle.tank_litres : null,
      restS: type === 'rest_break' ? Math.ceil((leg.endUs - us) / 1e6) : null,
    };
  }

  private typeOf(i: number, us: number, { speedKmh }: Reading, random: Random): EventType {
    if (this.told && i === this.departs) return 'trip_started';
    if (this.told && i === this.arrives) return 'trip_ended';
    const chance = random.float();
    if (chance < 0.03) return 'fault_code';
    if (us > this.journey.departUs && us < this.journey.arriveUs) {
      if (chance < 0.13 && speedKmh > 15) return 'harsh_braking';
      return chance < 0.25 && speedKmh > 25 ? 'speeding' : 'position';
    }
    if (this.told && i === this.arrives + 1) return 'rest_break';
    return chance < 0.5 ? 'idling' : 'position';
  }
}
