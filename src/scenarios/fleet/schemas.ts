/** JSON Schemas of both kinds, the same in both modes. */
import type { JsonSchema } from '../../fields/field';
import { REGIONS } from './regions';
import { EVENT_TYPES } from './watched';

/** OBD-II and J1939-like codes: emission, engine, brakes, transmission. */
export const FAULTS = ['P0128', 'P0171', 'P0300', 'P0420', 'P0562', 'P0700', 'C0035', 'C0121', 'U0100'] as const;
export const SEVERITIES = ['low', 'medium', 'high'] as const;

const id = (letter: string, digits: string): JsonSchema => ({ type: 'string', pattern: `^${letter}-${digits}$` });
const OF_DRIVER = String.raw`\d{6}-\d{3,4}`;
const instant = (description: string): JsonSchema => ({ type: 'string', format: 'date-time', description });
const number = (minimum: number, maximum: number, description: string): JsonSchema => ({ type: 'number', minimum, maximum, description });
const orNull = (schema: JsonSchema): JsonSchema => ({ anyOf: [schema, { type: 'null' }] });

const object = (properties: Record<string, JsonSchema>): JsonSchema => ({
  type: 'object',
  properties,
  required: Object.keys(properties),
  additionalProperties: false,
});

const place = {
  latitude: number(-90, 90, 'Degrees north (WGS 84).'),
  longitude: number(-180, 180, 'Degrees east.'),
};

const depot = object({ depot_id: id('P', String.raw`\d{6}-\d`), town: { type: 'string' }, ...place });

const vehicle = object({
  vehicle_id: id('V', OF_DRIVER),
  type: { type: 'string', enum: ['van', 'rigid_truck', 'articulated_truck'] },
  make: { type: 'string' },
  model_year: { type: 'integer', minimum: 2015, maximum: 2025 },
  tank_litres: { type: 'integer', minimum: 70, maximum: 800 },
});

const driver = object({
  driver_id: id('D', OF_DRIVER),
  name: { type: 'string' },
  licence: object({
    number: { type: 'string', pattern: String.raw`^L\d{9}$` },
    class: { type: 'string', enum: ['B', 'C', 'CE'] },
    expires_on: { type: 'string', format: 'date' },
  }),
  hired_on: { type: 'string', format: 'date' },
  depot_id: id('P', String.raw`\d{6}-\d`),
  vehicle,
});

export const companySchema: JsonSchema = object({
  company_id: id('C', String.raw`\d{6}`),
  company_name: { type: 'string' },
  legal_form: { type: 'string' },
  onboarded_at: instant('One driver interval before the batch is due.'),
  region: { type: 'string', enum: REGIONS.map(({ name }) => name) },
  country: { type: 'string', enum: [...new Set(REGIONS.map(({ country }) => country))] },
  fleet_size: { type: 'integer', minimum: 1, maximum: 1200, description: 'Vehicles: one a driver, and spare ones.' },
  depots: { type: 'array', items: depot, minItems: 1, maxItems: 3 },
  drivers: { type: 'array', items: driver, minItems: 1, maxItems: 1000 },
});

export const driverEventSchema: JsonSchema = object({
  event_id: { type: 'string', format: 'uuid' },
  event_type: { type: 'string', enum: [...EVENT_TYPES] },
  event_time: instant('Within the interval that ends with the batch.'),
  company_id: id('C', String.raw`\d{6}`),
  driver_id: id('D', OF_DRIVER),
  vehicle_id: id('V', OF_DRIVER),
  trip_id: orNull({ type: 'string', pattern: String.raw`^T-\d{6}-\d{3,4}-\d{6,}$`, description: 'From its start to its end.' }),
  ...place,
  speed_kmh: number(0, 130, 'At that instant.'),
  heading_deg: { type: 'integer', minimum: 0, maximum: 359, description: 'Clockwise from north.' },
  odometer_km: number(0, 10_000_000, 'Never falls.'),
  fuel_level_pct: number(0, 100, 'After a refill, if this is one.'),
  speed_limit_kmh: orNull({ type: 'integer', minimum: 20, maximum: 120, description: 'speeding only: below speed_kmh.' }),
  deceleration_g: orNull(number(0.3, 0.8, 'harsh_braking only.')),
  severity: orNull({ type: 'string', enum: [...SEVERITIES], description: 'harsh_braking and fault_code.' }),
  duration_s: orNull({ type: 'integer', minimum: 0, maximum: 86_400, description: 'idling: so far; rest_break: as planned.' }),
  litres: orNull(number(0, 800, 'refuelled only.')),
  fault_code: orNull({ type: 'string', enum: [...FAULTS], description: 'fault_code only.' }),
});
