/**
 * Emulated: so many events a batch, whatever the number of drivers. To see whole trips all the same, the events of a few minutes are of a few drivers:
 * there are seats, each with a leg of its own beat, and each leg of a seat is driven by one driver, drawn among those who are onboard at its begin.
 */
import { drawOf } from '../../../workflows/draw';
import { randomFor, type Source } from './draws';
import type { Numbers } from './options';
import type { People } from './people';
import { within, type Seen, type Window } from './sampling';
import { Tours } from './tours';
import { WatchedLeg } from './watched';

/** A leg is four minutes of driving time or eight batches, whichever is longer. */
const LEG_US = 240_000_000;
const FEWEST_SLOTS = 8;
/** Events of a leg. */
const EVENTS_A_LEG = 10;
/** The stream's number, as the schedule draws sizes by it. */
const DRIVERS = 1;

/** How many events batch `slot` holds: what the schedule draws for the batch of that number. */
function sizeOf(source: Source, { events: { min, max } }: Numbers, slot: number): number {
  return min + Math.floor((drawOf(source.identity.seed, DRIVERS)(slot) / 2 ** 32) * (max - min + 1));
}

/**
 * Yields undefined now and then; otherwise the events of slot `slot` (driving time slot × interval … + interval).
 * @param onboard drivers onboard by slot `at`, which is not after `slot`
 */
export function* fewDrivers(
  source: Source,
  numbers: Numbers,
  people: People,
  slot: number,
  onboard: (at: number) => number,
): Generator<Seen | undefined> {
  const { driverUs, events, first, driversPerCompany } = numbers;
  const slots = Math.max(FEWEST_SLOTS, Math.ceil(LEG_US / driverUs));
  const mean = (events.min + events.max) / 2;
  const seats = Math.max(1, Math.min(first * driversPerCompany, Math.round((slots * mean) / EVENTS_A_LEG)));
  const phase = (seat: number) => Math.floor((seat * slots) / seats);

  const seen = new Map<number, number[]>();
  const points = randomFor(source, 'points');
  for (let at = Math.max(0, slot - slots + 1); at < slot + slots; at++) {
    yield undefined;
    points.at(at, 0);
    const size = sizeOf(source, numbers, at);
    for (let i = 0; i < size; i++) {
      const seat = points.below(seats);
      const us = Math.floor((at + points.float()) * driverUs);
      const sameLeg = Math.floor((at + phase(seat)) / slots) === Math.floor((slot + phase(seat)) / slots);
      if (!sameLeg) continue;
      const instants = seen.get(seat);
      if (instants === undefined) seen.set(seat, [us]);
      else instants.push(us);
    }
  }

  const tours = new Tours(source);
  const casting = randomFor(source, 'seats');
  const window: Window = { fromUs: slot * driverUs, untilUs: (slot + 1) * driverUs };
  const legUs = slots * driverUs;
  for (const [seat, instants] of seen) {
    const seenUs = instants.sort((a, b) => a - b);
    if (!seenUs.some((us) => us >= window.fromUs && us < window.untilUs)) continue;
    yield undefined;
    const number = Math.floor((slot + phase(seat)) / slots);
    casting.at(seat, number);
    const drivers = onboard(Math.max(0, number * slots - phase(seat)));
    // Nobody sits in two seats.
    const driver = seat + seats * casting.below(Math.floor((drivers - 1 - seat) / seats) + 1);
    const leg = tours.leg(driver, number, { legUs, phaseUs: phase(seat) * driverUs });
    const watched = new WatchedLeg(people.driver(driver), leg, tours.fuelPerKm(driver, legUs), seenUs);
    for (const [i, us] of within(seenUs, window)) yield { us, driver, leg: watched, i };
  }
}
