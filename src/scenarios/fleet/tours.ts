/**
 * Where a driver is at any instant: an endless series of legs of equal length, out from the depot and back to it. Everything is computed from the
 * number of the leg, never from the leg before: the odometer stands at `tour × mean` and a little more or less, so it can be read after years
 * without adding anything up, and it never falls.
 *
 * Times are µs of driving time: schedule time plus one driver interval, so that the first batch's window begins at 0.
 */
import type { Random } from '../../fields/random';
import { between, type Source } from './draws';
import { randomFor } from './draws';

export interface Leg {
  /** From 0 on. */
  readonly number: number;
  readonly startUs: number;
  readonly endUs: number;
  /** The odometer at its begin and its end, km. */
  readonly fromKm: number;
  readonly toKm: number;
  /** Straight distance between depot and turning point, km, and the direction of the turning point, radians clockwise from north. */
  readonly straightKm: number;
  readonly bearing: number;
  /** Fuel level at its begin (after a refill, if there is one), per cent; a refill fills up from `refillFrom`. */
  readonly fuel: number;
  readonly refillFrom: number | null;
  /** Irregularity of the speed: how often it swings on the way. */
  readonly swings: number;
  /** To which side of the straight line the road lies: 1 or −1. */
  readonly side: number;
}

export interface Clockwork {
  readonly legUs: number;
  /** Into a leg at time 0, 0 ≤ phase < legUs: not everybody starts at the same moment. */
  readonly phaseUs: number;
}

/** The road is longer than the straight line by this much at least; a bend as `Journey.at` makes takes up 1.1 of it. */
const DETOUR = 1.25;
/** Tours between two refills, and the share of the tank that they use on average. */
const TOURS_A_TANK = 6;
const FULL = 97;
const USED = 60;

/** Kilometres driven in an hour of driving, on average: short hops are in town. */
const PACE = { road: [34, 46], town: [22, 32] } as const;
const TOWN_BELOW_US = 1_800_000_000;

export class Tours {
  private readonly random: Random;

  constructor(source: Source) {
    this.random = randomFor(source, 'tours');
  }

  /** @param driver number of the driver in the run, from 0 */
  leg(driver: number, number: number, { legUs, phaseUs }: Clockwork): Leg {
    const tour = number >> 1;
    const meanKm = this.meanKm(driver, legUs);
    const [before, after] = [this.odometer(driver, tour, meanKm), this.odometer(driver, tour + 1, meanKm)];
    const { random } = this;
    random.at(driver, SHAPE + tour);
    const turnKm = before + (after - before) * between(random, 0.47, 0.53);
    const bearing = random.float() * 2 * Math.PI;
    const sides = random.below(2) * 2 - 1;
    const [swingsOut, swingsBack] = [1 + random.below(5), 1 + random.below(5)];
    const out = number % 2 === 0;
    const filledAt = tour - ((tour + (driver % TOURS_A_TANK)) % TOURS_A_TANK);
    const level = (km: number, fromKm: number) => FULL - ((km - fromKm) * USED) / (TOURS_A_TANK * meanKm);
    const filledKm = this.odometer(driver, filledAt, meanKm);
    const fromKm = out ? before : turnKm;
    const startUs = number * legUs - phaseUs;
    return {
      number,
      startUs,
      endUs: startUs + legUs,
      fromKm,
      toKm: out ? turnKm : after,
      straightKm: Math.min(turnKm - before, after - turnKm) / DETOUR,
      bearing,
      fuel: level(fromKm, filledKm),
      refillFrom: out && filledAt === tour ? level(before, this.odometer(driver, tour - TOURS_A_TANK, meanKm)) : null,
      swings: out ? swingsOut : swingsBack,
      side: out ? sides : -sides,
    };
  }

  /** Kilometres that a level of fuel loses its per cent by are the same for every tour. */
  fuelPerKm(driver: number, legUs: number): number {
    return USED / (TOURS_A_TANK * this.meanKm(driver, legUs));
  }

  /** Of a tour: out and back, half of each leg's time at the wheel. */
  private meanKm(driver: number, legUs: number): number {
    this.random.at(driver, DRIVER);
    const [slow, fast] = legUs < TOWN_BELOW_US ? PACE.town : PACE.road;
    return (between(this.random, slow, fast) * legUs) / 3_600_000_000;
  }

  /** At the begin of a tour, km. Deviates by a quarter of a tour from the mean, so a tour is half to one and a half times the mean. */
  private odometer(driver: number, tour: number, meanKm: number): number {
    this.random.at(driver, DRIVER);
    this.random.float();
    const boughtKm = 20_000 + 400_000 * this.random.float();
    this.random.at(driver, ODOMETER + tour);
    return boughtKm + (TOURS_A_TANK + tour + between(this.random, -0.25, 0.25)) * meanKm;
  }
}

/** Places of the draws among a driver's; tours are counted up from them (below 0 for the refill before the first). */
const DRIVER = 0;
const ODOMETER = 0x1000;
const SHAPE = 0x40000000;
