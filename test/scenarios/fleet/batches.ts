/** Batches of the fleet without a job: what is in them, parsed. */
import { fleet } from '../../../src/scenarios/fleet';
import { addressOf, IDENTITY, run } from '../batch';

export interface CompanyLine {
  company_id: string;
  onboarded_at: string;
  drivers: { driver_id: string; vehicle: { vehicle_id: string; tank_litres: number } }[];
}

export interface EventLine {
  event_id: string;
  event_type: string;
  event_time: string;
  company_id: string;
  driver_id: string;
  vehicle_id: string;
  trip_id: string | null;
  latitude: number;
  longitude: number;
  speed_kmh: number;
  odometer_km: number;
  fuel_level_pct: number;
  speed_limit_kmh: number | null;
  litres: number | null;
}

export const emulated = (more: object = {}) => ({ emulated_mode: { enabled: true, ...more } });

export function batchesOf(wire: object, identity = IDENTITY) {
  const options = fleet.options.parse(wire);
  const streams = fleet.streams(options, identity);
  const cadence = fleet.cadence?.(options);
  const made = (stream: string, batch: number) => {
    const address = addressOf(streams, stream, batch, identity, 0, cadence);
    const { lines, text } = run(streams.find(({ name }) => name === stream)!.fill, address);
    return { address, text, rows: lines.map((line) => JSON.parse(line) as unknown) };
  };
  return {
    companies: (batch: number) => made('companies', batch).rows as CompanyLine[],
    events: (batch: number) => made('drivers', batch).rows as EventLine[],
    text: (stream: string, batch: number) => made(stream, batch).text,
    due: (stream: string, batch: number) => made(stream, batch).address.dueUs / 1000,
  };
}

export const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i);
