/** One leg as it is driven: when it begins and ends, and where the vehicle is in between. */
import type { Depot } from './company';
import type { Leg } from './tours';

/** What a vehicle tells of itself. */
export interface Reading {
  readonly moving: boolean;
  readonly latitude: number;
  readonly longitude: number;
  readonly speedKmh: number;
  /** Degrees clockwise from north, 0 ≤ heading < 360. */
  readonly heading: number;
  readonly odometerKm: number;
}

/** Share of the way on which the vehicle speeds up, and slows down. */
const RAMP = 0.08;
const CRUISE = 1 / (1 - RAMP);
/** How far speed swings about that of the cruise; with five swings at most it never gets negative on the ramps. */
const SWING = 0.2;
/** Of the road's bend, in parts of the straight distance. */
const BEND = 0.15;

const KM_A_DEGREE = 111.2;

export class Journey {
  /** @param departUs @param arriveUs within the leg; between them the vehicle moves */
  constructor(
    private readonly leg: Leg,
    private readonly depot: Depot,
    readonly departUs: number,
    readonly arriveUs: number,
  ) {}

  at(us: number): Reading {
    const { fromKm, toKm, straightKm, bearing, swings, side } = this.leg;
    const u = Math.min(1, Math.max(0, (us - this.departUs) / (this.arriveUs - this.departUs)));
    const way = progress(u, swings);
    // From the depot on even legs, towards it on odd ones: one road each way, bent to opposite sides.
    const out = this.leg.number % 2 === 0;
    const along = (out ? way : 1 - way) * straightKm;
    const across = side * BEND * straightKm * Math.sin(Math.PI * way);
    const slope = side * BEND * Math.PI * Math.cos(Math.PI * way);
    const north = along * Math.cos(bearing) - across * Math.sin(bearing);
    const east = along * Math.sin(bearing) + across * Math.cos(bearing);
    const direction = bearing + (out ? Math.atan(slope) : Math.PI - Math.atan(slope));
    const hours = (this.arriveUs - this.departUs) / 3_600_000_000;
    const moving = u > 0 && u < 1;
    return {
      moving,
      latitude: this.depot.latitude + north / KM_A_DEGREE,
      longitude: this.depot.longitude + east / (KM_A_DEGREE * Math.cos((this.depot.latitude * Math.PI) / 180)),
      speedKmh: moving ? ((toKm - fromKm) / hours) * speed(u, swings) : 0,
      heading: ((((direction * 180) / Math.PI) % 360) + 360) % 360,
      odometerKm: fromKm + (toKm - fromKm) * way,
    };
  }
}

/** Share of the way after share `u` of the time, 0 to 1, never falling: the integral of `speed`. */
function progress(u: number, swings: number): number {
  const ramps =
    u < RAMP ? (CRUISE * u * u) / (2 * RAMP) : u > 1 - RAMP ? 1 - (CRUISE * (1 - u) * (1 - u)) / (2 * RAMP) : CRUISE * (u - RAMP / 2);
  return ramps + (SWING * (1 - Math.cos(2 * Math.PI * swings * u))) / (2 * Math.PI * swings);
}

/** Speed in parts of the mean speed. */
function speed(u: number, swings: number): number {
  const ramp = u < RAMP ? u / RAMP : u > 1 - RAMP ? (1 - u) / RAMP : 1;
  return CRUISE * ramp + SWING * Math.sin(2 * Math.PI * swings * u);
}
