import { localOf, utcOf, zones } from '../../../src/scenarios/email/zones';

const HOUR_MS = 3_600_000;
/** Each hour of a year, then one of seven: all hours of the day, and each change of the clocks within seven hours. */
const instants = [
  ...Array.from({ length: 365 * 24 }, (_, i) => Date.UTC(2026, 0, 1) + i * HOUR_MS),
  ...Array.from({ length: 4 * 1_252 }, (_, i) => Date.UTC(2027, 0, 1) + i * 7 * HOUR_MS),
];

describe.each(zones)('$name', (zone) => {
  test('shows the time that Intl knows', () => {
    const { format } = new Intl.DateTimeFormat('sv-SE', { timeZone: zone.name, dateStyle: 'short', timeStyle: 'short' });

    expect(instants.filter((utcMs) => Date.parse(`${format(utcMs).replace(' ', 'T')}Z`) !== localOf(zone, utcMs))).toEqual([]);
  });

  test('has an instant for every local time: of those that are shown twice, the first', () => {
    const wrong = instants.filter((utcMs) => {
      const found = utcOf(zone, localOf(zone, utcMs));
      return localOf(zone, found) !== localOf(zone, utcMs) || (found !== utcMs && found !== utcMs - HOUR_MS);
    });
    expect(wrong).toEqual([]);
  });

  test('lays a local time that clocks skip in spring an hour on', () => {
    const skipped = { us: Date.UTC(2026, 2, 8, 2, 30), eu: Date.UTC(2026, 2, 29, 2, 30), never: null }[zone.summer];
    if (skipped === null) return;
    // London and Berlin change at the same instant, at 1 and at 2 by their clocks.
    const local = zone.summer === 'eu' ? skipped + (zone.standardHours - 1) * HOUR_MS : skipped;
    expect(localOf(zone, utcOf(zone, local))).toBe(local + HOUR_MS);
  });
});
