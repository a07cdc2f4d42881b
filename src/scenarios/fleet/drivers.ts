/** The stream `drivers`: what is seen of them in the interval that ends with the batch, in order of time. */
import type { BatchBuffer } from '../../fields/batch-buffer';
import { writeJson } from '../../fields/json-bytes';
import type { Random } from '../../fields/random';
import type { StreamSchedule } from '../../../workflows/schedule';
import type { BatchAddress, StreamDefinition } from '../scenario';
import { between, pick, randomFor, rounded, type Source } from './draws';
import { everyDriver } from './every-driver';
import { companiesBefore, type Numbers } from './options';
import { People } from './people';
import type { Seen } from './sampling';
import { driverEventSchema, FAULTS, SEVERITIES } from './schemas';
import { fewDrivers } from './seats';

/** Events are put in order of time by parts of the interval, so that no step takes long. */
const SHELVES = 256;

export const driversStream = (numbers: Numbers, scenario: Source['scenario']): StreamDefinition => ({
  name: 'drivers',
  schema: driverEventSchema,
  time: 'event_time',
  refersToOthers: true,
  *fill(address, out) {
    const source = { identity: address.identity, scenario };
    const people = new People(source, numbers);
    const { driverUs } = numbers;
    const tauUs = scheduleTimeUs(address.schedules['drivers'], address);
    const shelves: Seen[][] = Array.from({ length: SHELVES }, () => []);
    for (const seen of seenIn(source, numbers, people, address, tauUs)) {
      if (seen === undefined) yield;
      else shelves[Math.floor(((seen.us - tauUs) * SHELVES) / driverUs)]?.push(seen);
    }
    const random = randomFor(source, 'events');
    let i = 0;
    for (const shelf of shelves) {
      for (const seen of shelf.sort((a, b) => a.us - b.us || a.driver - b.driver || a.i - b.i)) {
        if (i % 64 === 63) yield;
        random.at(address.batch, i++);
        write(out, seen, address.dueUs - driverUs + (seen.us - tauUs), random);
      }
    }
  },
});

/** The batch's schedule time, which a hold does not move; the window of driving time that it looks at begins there. */
function scheduleTimeUs(schedule: StreamSchedule | undefined, { batch, dueUs }: BatchAddress): number {
  if (schedule === undefined) throw new Error('drivers without a schedule');
  const { atUs, tauUs } = schedule.entry(batch);
  return dueUs - atUs + tauUs;
}

function seenIn(source: Source, numbers: Numbers, people: People, address: BatchAddress, tauUs: number): Generator<Seen | undefined> {
  const { driverUs, companyUs, driversPerCompany, first, more } = numbers;
  const { drivers, companies } = address.schedules;
  const onboardBy = (dueUs: number) => companiesBefore(numbers, companies?.firstDueAfter(dueUs, 0) ?? 0) * driversPerCompany;
  if (numbers.mode === 'emulated') {
    const slot = Math.round(tauUs / driverUs);
    return fewDrivers(source, numbers, people, slot, (at) => onboardBy(firstBatchFrom(drivers, address.batch, at * driverUs)));
  }
  // Onboard since one driver interval before his company's batch was due: in driving time, when it was due.
  const sinceUs = (driver: number) => {
    const company = Math.floor(driver / driversPerCompany);
    return company < first ? 0 : (1 + Math.floor((company - first) / more)) * companyUs;
  };
  return everyDriver(source, numbers, people, { fromUs: tauUs, untilUs: tauUs + driverUs }, onboardBy(address.dueUs), sinceUs);
}

/** Due instant of the first batch made at or after a schedule time: by what has been, so that what comes later changes nothing. */
function firstBatchFrom(schedule: StreamSchedule | undefined, batch: number, fromUs: number): number {
  if (schedule === undefined) throw new Error('drivers without a schedule');
  let dueUs = schedule.batch(batch).dueUs;
  for (let b = batch - 1; b >= 0; b--) {
    const { atUs, tauUs } = schedule.entry(b);
    const before = schedule.batch(b).dueUs;
    if (before - atUs + tauUs < fromUs) break;
    dueUs = before;
  }
  return dueUs;
}

function write(out: BatchBuffer, seen: Seen, timeUs: number, random: Random): void {
  const { driver_id, company_id, vehicle } = seen.leg.driver;
  const { type, reading, trip, fuel, speedLimit, litres, restS } = seen.leg.sight(seen.i, random);
  const timeMs = Math.floor(timeUs / 1000);
  const event = {
    event_id: uuidOf(random),
    event_type: type,
    event_time: new Date(timeMs).toISOString(),
    company_id,
    driver_id,
    vehicle_id: vehicle.vehicle_id,
    trip_id: trip,
    latitude: rounded(reading.latitude, 5),
    longitude: rounded(reading.longitude, 5),
    speed_kmh: rounded(reading.speedKmh, 1),
    heading_deg: rounded(reading.heading, 0) % 360,
    odometer_km: rounded(reading.odometerKm, 3),
    fuel_level_pct: rounded(fuel, 1),
    speed_limit_kmh: speedLimit,
    deceleration_g: type === 'harsh_braking' ? rounded(between(random, 0.3, 0.8), 2) : null,
    severity: type === 'harsh_braking' || type === 'fault_code' ? pick(random, SEVERITIES) : null,
    duration_s: restS ?? (type === 'idling' ? 60 + random.below(840) : null),
    litres: litres === null ? null : rounded(litres, 1),
    fault_code: type === 'fault_code' ? pick(random, FAULTS) : null,
  };
  writeJson(out, event);
  out.keyText(event.event_id);
  out.endEvent(timeMs);
}

/** Version 4, as `fields/uuid.ts` writes it. */
function uuidOf(random: Random): string {
  const hex = Array.from({ length: 4 }, () => random.next().toString(16).padStart(8, '0')).join('');
  const variant = ((parseInt(hex.charAt(16), 16) & 3) | 8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20)}`;
}
