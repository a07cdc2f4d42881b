import { chance, derived, given, int, list, oneOf, record, weighted } from '../../src/fields';
import { values } from './statistics';

interface Trip {
  weather: string;
  vehicle: string;
  mood: string;
  minutes: number;
  note: string;
}

const trip = record({
  weather: oneOf(['sun', 'rain']),
  vehicle: given('weather', { sun: weighted({ bicycle: 9, bus: 1 }), rain: weighted({ bus: 6, train: 3, bicycle: 1 }) }),
  mood: given('vehicle', {
    bicycle: given('weather', { sun: oneOf(['glad']), rain: oneOf(['wet']) }),
    bus: oneOf(['dull']),
    train: oneOf(['calm']),
  }),
  minutes: given('vehicle', { bicycle: int(1, 9), bus: int(10, 19), train: int(20, 29) }),
  note: derived({ type: 'string' }, ['mood', 'weather'], ([mood, weather], { event }) => `${event}: ${mood} in ${weather}`),
});
const trips = values<Trip>(trip, 5_000);

test('a given field follows the case of the value that the other field drew, although its cases list values in different orders', () => {
  const ranges: Record<string, [number, number]> = { bicycle: [1, 9], bus: [10, 19], train: [20, 29] };
  for (const { vehicle, minutes } of trips) {
    expect(minutes).toBeGreaterThanOrEqual(ranges[vehicle]![0]);
    expect(minutes).toBeLessThanOrEqual(ranges[vehicle]![1]);
  }
  const share = (weather: string, vehicle: string) => {
    const inWeather = trips.filter((one) => one.weather === weather);
    return inWeather.filter((one) => one.vehicle === vehicle).length / inWeather.length;
  };
  expect(share('sun', 'bicycle')).toBeCloseTo(0.9, 1);
  expect(share('sun', 'train')).toBe(0);
  expect(share('rain', 'bus')).toBeCloseTo(0.6, 1);
});

test('nested givens depend on two fields', () => {
  for (const { weather, vehicle, mood } of trips) {
    expect(mood).toBe(vehicle === 'bus' ? 'dull' : vehicle === 'train' ? 'calm' : weather === 'sun' ? 'glad' : 'wet');
  }
});

test('a derived value is computed from what was drawn, and from the place of the event', () => {
  trips.forEach(({ note, mood, weather }, event) => expect(note).toBe(`${event}: ${mood} in ${weather}`));
});

test('a given field of categorical cases shows all their values in its schema', () => {
  const properties = trip.schema['properties'] as Record<string, unknown>;
  expect(properties['vehicle']).toEqual({ type: 'string', enum: ['bicycle', 'bus', 'train'] });
  expect(properties['minutes']).toMatchObject({ anyOf: [{ minimum: 1 }, { minimum: 10 }, { minimum: 20 }] });
});

test('a record inside a record sees the fields before it, and its own fields of the same name first', () => {
  const nested = record({
    a: oneOf([1, 2]),
    inner: record({ a: chance(0.5, 'boolean'), b: given('a', { false: oneOf(['no']), true: oneOf(['yes']) }) }),
    after: given('a', { 1: oneOf([10]), 2: oneOf([20]) }),
    several: list(record({ c: given('a', { 1: oneOf([100]), 2: oneOf([200]) }) }), 2),
  });
  type Nested = { a: number; inner: { a: boolean; b: string }; after: number; several: { c: number }[] };
  for (const { a, inner, after, several } of values<Nested>(nested, 500)) {
    expect([inner.b, after, several]).toEqual([inner.a ? 'yes' : 'no', a * 10, [{ c: a * 100 }, { c: a * 100 }]]);
  }
});

const one = oneOf(['x']);
test.each([
  ['a value without a case', { a: oneOf(['x', 'y']), b: given('a', { x: one }) }, "b: given 'a': no case for y"],
  ['a case without a value', { a: one, b: given('a', { x: one, z: one }) }, "b: given 'a': it is never z"],
  ['a later field', { b: given('a', { x: one }), a: one }, "b: depends on 'a'"],
  ['itself', { b: given('b', { x: one }) }, "b: depends on 'b'"],
  ['a field without fixed values', { a: int(1, 2), b: given('a', { 1: one, 2: one }) }, "b: depends on 'a'"],
])('%s is refused before anything is written', (_, fields, message) => {
  expect(() => values(record(fields), 1)).toThrow(message);
});
