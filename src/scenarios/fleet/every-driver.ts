/** Production: each driver is seen at the instants of a Poisson process of his own, `event_rate_per_driver` in 15 minutes on average. */
import { between, poisson, randomFor, type Source } from './draws';
import { CELL_US, type Numbers } from './options';
import { within, type Seen, type Window } from './sampling';
import { Tours, type Clockwork } from './tours';
import { WatchedLeg } from './watched';
import type { People } from './people';

/** Cells of a leg: two hours. */
const CELLS = 8;
const LEG_US = CELLS * CELL_US;
/** Events between two moments at which a worker may look after its other jobs. */
const DRIVERS_A_SLICE = 32;

/**
 * Yields undefined now and then; otherwise the events of the window, driver by driver.
 * @param drivers those that are onboard by the end of the window @param sinceUs when a driver came onboard, in driving time
 */
export function* everyDriver(
  source: Source,
  { rate }: Numbers,
  people: People,
  window: Window,
  drivers: number,
  sinceUs: (driver: number) => number,
): Generator<Seen | undefined> {
  const random = randomFor(source, 'points');
  const tours = new Tours(source);
  for (let driver = 0; driver < drivers; driver++) {
    if (driver % DRIVERS_A_SLICE === 0) yield undefined;
    random.at(driver, 0);
    const clockwork: Clockwork = { legUs: LEG_US, phaseUs: CELL_US * random.below(CELLS) };
    const onboardUs = sinceUs(driver);
    const [first, last] = [window.fromUs, window.untilUs - 1].map((us) => Math.floor((us + clockwork.phaseUs) / LEG_US));
    for (let number = first ?? 0; number <= (last ?? -1); number++) {
      const leg = tours.leg(driver, number, clockwork);
      const seenUs: number[] = [];
      for (let cellUs = leg.startUs; cellUs < leg.endUs; cellUs += CELL_US) {
        if (cellUs + CELL_US <= onboardUs) continue;
        random.at(driver, FIRST_CELL + cellUs / CELL_US);
        const count = poisson(random, rate);
        const cell = Array.from({ length: count }, () => Math.floor(between(random, cellUs, cellUs + CELL_US)));
        seenUs.push(...cell.filter((us) => us >= onboardUs).sort((a, b) => a - b));
      }
      const places = [...within(seenUs, window)];
      if (places.length === 0) continue;
      const watched = new WatchedLeg(people.driver(driver), leg, tours.fuelPerKm(driver, LEG_US), seenUs);
      for (const [i, us] of places) yield { us, driver, leg: watched, i };
    }
  }
}

/** Place of cell 0 among the draws of a driver: cells are counted from 7 before it on. */
const FIRST_CELL = 16;
