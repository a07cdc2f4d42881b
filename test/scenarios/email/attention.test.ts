import { Attention, ON_THE_HOUR } from '../../../src/scenarios/email/attention';

const MONDAY = Date.UTC(2026, 0, 5);
const [MINUTE, HOUR, DAY] = [60_000, 3_600_000, 86_400_000];
const flat = new Attention({ weekday: '1'.repeat(24), weekend: '1'.repeat(24), spikes: [] });
const office = new Attention({
  weekday: '000000001111111111000000',
  weekend: '0'.repeat(24),
  spikes: [{ from: '12:05', until: '12:35', times: 4 }],
});

test('a week of attention is a week, from anywhere', () => {
  for (const at of [MONDAY, MONDAY + 3 * DAY + 7 * HOUR + 123, MONDAY + 6 * DAY + 23 * HOUR]) {
    expect(flat.after(at, 168)).toBeCloseTo(at + 7 * DAY, 0);
    expect(flat.after(at, 3 * 168)).toBeCloseTo(at + 21 * DAY, 0);
  }
});

test('time without attention is passed over: what comes on Friday evening waits for Monday', () => {
  const friday = MONDAY + 4 * DAY + 20 * HOUR;

  expect(office.after(friday, 0.01)).toBeGreaterThan(MONDAY + 7 * DAY + 8 * HOUR);
  expect(office.after(friday, 0.01)).toBeLessThan(MONDAY + 7 * DAY + 8 * HOUR + MINUTE);
});

test('evenly spread attention finds each minute as often as its weight says', () => {
  const minutes = Array.from({ length: 200_000 }, (_, i) => new Date(office.after(MONDAY, ((i + 0.5) * 168) / 200_000)));
  const count = (hour: number, from: number, until: number) =>
    minutes.filter((at) => at.getUTCHours() === hour && at.getUTCMinutes() >= from && at.getUTCMinutes() < until).length / (until - from);

  expect(count(10, 0, ON_THE_HOUR.minutes) / count(10, 3, 60)).toBeCloseTo(ON_THE_HOUR.times, 1);
  expect(count(12, 5, 35) / count(12, 35, 60)).toBeCloseTo(4, 1);
  expect(count(7, 0, 60) + count(18, 0, 60)).toBe(0);
});
