/** What a driver's events say of him must hang together, in both modes. */
import { batchesOf, emulated, upTo, type EventLine } from './batches';

const INTERVAL_MS = { production: 900_000, emulated: 10_000 };

/** Eighteen hours of production; twenty minutes of emulation. */
const runs: [keyof typeof INTERVAL_MS, ReturnType<typeof batchesOf>, number][] = [
  ['production', batchesOf({ number_of_companies: 4, drivers_per_company: 5 }), 72],
  ['emulated', batchesOf(emulated({ companies_per_batch: 1 })), 120],
];

describe.each(runs)('%s', (mode, fleet, batches) => {
  const events = upTo(batches).flatMap((b) => fleet.events(b));
  const drivers = grouped(events, ({ driver_id }) => driver_id);
  const pairs = [...drivers.values()].flatMap((own) => own.slice(1).map((event, i): [EventLine, EventLine] => [own[i]!, event]));

  test('there is something to look at', () => {
    expect(events.length).toBeGreaterThan(1000);
    expect(pairs.length).toBeGreaterThan(500);
    expect(new Set(events.map(({ event_id }) => event_id)).size).toBe(events.length);
  });

  test('events of a batch lie in the interval that ends with it, in order of time', () => {
    for (const b of upTo(batches)) {
      const times = fleet.events(b).map(({ event_time }) => Date.parse(event_time));
      const due = fleet.due('drivers', b);
      expect(times).toEqual([...times].sort((a, b) => a - b));
      expect(times.filter((time) => time > due || time < due - INTERVAL_MS[mode])).toEqual([]);
    }
  });

  test('a vehicle goes no further than its odometer says, and no faster than a lorry can', () => {
    const wrong = pairs.filter(([before, after]) => {
      const km = after.odometer_km - before.odometer_km;
      const hours = (Date.parse(after.event_time) - Date.parse(before.event_time)) / 3_600_000;
      return km < 0 || distanceKm(before, after) > km * 1.01 + 0.005 || km > 120 * hours + 0.01;
    });
    expect(wrong).toEqual([]);
  });

  test('a trip starts before it ends, standing, and what is told of it in between belongs to it', () => {
    const trips = grouped(
      events.filter(({ trip_id }) => trip_id !== null),
      ({ trip_id }) => trip_id,
    );
    expect(trips.size).toBeGreaterThan(40);
    for (const trip of trips.values()) {
      expect(new Set(trip.map(({ driver_id }) => driver_id)).size).toBe(1);
      const [starts, ends] = ['trip_started', 'trip_ended'].map((type) => trip.filter(({ event_type }) => event_type === type));
      expect(starts).toEqual([trip[0]]);
      expect(starts![0]!.speed_kmh).toBe(0);
      if (ends!.length > 0) expect(ends).toEqual([trip.at(-1)]);
      for (const { speed_kmh } of ends!) expect(speed_kmh).toBe(0);
    }
    expect(events.filter(({ event_type, trip_id }) => event_type.startsWith('trip_') && trip_id === null)).toEqual([]);
  });

  test('speed fits the distance: the mean between two events of a drive lies about the speeds that they tell', () => {
    const hours = ([a, b]: [EventLine, EventLine]) => (Date.parse(b.event_time) - Date.parse(a.event_time)) / 3_600_000;
    const ratios = pairs
      .filter(([a, b]) => a.trip_id !== null && a.trip_id === b.trip_id && a.speed_kmh > 20 && b.speed_kmh > 20)
      // Metres and milliseconds are rounded.
      .filter((pair) => hours(pair) > 3 / 3600)
      .map(([a, b]) => (b.odometer_km - a.odometer_km) / hours([a, b]) / ((a.speed_kmh + b.speed_kmh) / 2));
    expect(ratios.length).toBeGreaterThan(100);
    expect(ratios.filter((ratio) => ratio < 0.5 || ratio > 2)).toEqual([]);
  });

  test('fuel falls as kilometres are driven, and rises at a refill alone, by what was filled in', () => {
    // A refill that nobody saw fills up to the brim, too.
    const rises = pairs.filter(([before, after]) => after.fuel_level_pct > before.fuel_level_pct && after.fuel_level_pct < 80);
    expect(rises).toEqual([]);
    expect(events.filter(({ event_type, litres }) => (litres !== null) !== (event_type === 'refuelled'))).toEqual([]);
    const refills = events.filter(({ litres }) => litres !== null);
    expect(refills.length).toBeGreaterThan(1);
    expect(refills.filter((event) => event.speed_kmh !== 0 || event.fuel_level_pct !== 97 || event.litres! < 15)).toEqual([]);
  });

  test('whoever speeds is faster than allowed', () => {
    const speeding = events.filter(({ event_type }) => event_type === 'speeding');
    expect(speeding.length).toBeGreaterThan(10);
    expect(speeding.filter(({ speed_kmh, speed_limit_kmh }) => speed_kmh <= speed_limit_kmh!)).toEqual([]);
  });

  test('events are of drivers of companies that were due by then, and come after their onboarding', () => {
    const onboard = new Map<string, { at: number; due: number; vehicles: Map<string, string> }>();
    for (let c = 0; fleet.due('companies', c) <= fleet.due('drivers', batches - 1); c++) {
      for (const { company_id, onboarded_at, drivers } of fleet.companies(c)) {
        const vehicles = new Map(drivers.map(({ driver_id, vehicle }) => [driver_id, vehicle.vehicle_id]));
        onboard.set(company_id, { at: Date.parse(onboarded_at), due: fleet.due('companies', c), vehicles });
      }
    }
    for (const b of upTo(batches)) {
      const due = fleet.due('drivers', b);
      const strangers = fleet.events(b).filter(({ company_id, driver_id, vehicle_id, event_time }) => {
        const company = onboard.get(company_id);
        if (company === undefined || company.due > due || Date.parse(event_time) < company.at) return true;
        return company.vehicles.get(driver_id) !== vehicle_id;
      });
      expect(strangers).toEqual([]);
    }
    expect(new Set(events.map(({ company_id }) => company_id)).size).toBeGreaterThan(mode === 'production' ? 15 : 10);
  });
});

function grouped<T>(all: readonly T[], by: (one: T) => string | null): Map<string | null, T[]> {
  const groups = new Map<string | null, T[]>();
  for (const one of all) {
    const group = groups.get(by(one));
    if (group === undefined) groups.set(by(one), [one]);
    else group.push(one);
  }
  return groups;
}

/** On a sphere. */
function distanceKm(a: EventLine, b: EventLine): number {
  const rad = (degrees: number) => (degrees * Math.PI) / 180;
  const [dLat, dLon] = [rad(b.latitude - a.latitude), rad(b.longitude - a.longitude)];
  const h = Math.sin(dLat / 2) ** 2 + Math.cos(rad(a.latitude)) * Math.cos(rad(b.latitude)) * Math.sin(dLon / 2) ** 2;
  return 2 * 6371 * Math.asin(Math.sqrt(h));
}
