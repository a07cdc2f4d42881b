import fc from 'fast-check';
import { formatDuration, parseDuration, parseIsoDuration } from '../../src/spec/durations';

const microseconds = fc.oneof(fc.integer({ min: 0, max: 10_000_000 }), fc.maxSafeNat());

test('every whole number of microseconds survives the way to text and back, so that a resolved specification means what was written', () => {
  fc.assert(fc.property(microseconds, (us) => parseIsoDuration(formatDuration(us)) === us));
});

test('the canonical form is its own canonical form, so that it can be compared as text', () => {
  fc.assert(fc.property(microseconds, (us) => formatDuration(parseDuration(formatDuration(us)) ?? -1) === formatDuration(us)));
});

test.each([
  ['PT10S', 10_000_000],
  ['PT0.05S', 50_000],
  ['PT0.000001S', 1],
  ['P1DT2H', 93_600_000_000],
  ['P2W', 1_209_600_000_000],
  ['PT0S', 0],
  ['PT90M', 5_400_000_000],
  ['10s', 10_000_000],
  ['5m', 300_000_000],
  ['1h', 3_600_000_000],
  ['1h30m', 5_400_000_000],
  ['1.5h', 5_400_000_000],
  ['250ms', 250_000],
  ['2d', 172_800_000_000],
  ['0.3s', 300_000],
])('%s is %d µs', (text, us) => {
  expect(parseDuration(text)).toBe(us);
});

test.each([
  '',
  'P',
  'PT',
  'P1DT',
  '10',
  '10 s',
  '-5s',
  'PT-5S',
  'P1Y',
  'P1M',
  'pt5m',
  '5M',
  's',
  '1s1h',
  '0.0000001s',
  '1e3s',
  'NaN',
  '999999999d',
])('%p is refused: it has no exact length in microseconds, or is no duration at all', (text) => {
  expect(parseDuration(text)).toBeUndefined();
});

test.each([
  [0, 'PT0S'],
  [300_000_000, 'PT5M'],
  [50_000, 'PT0.05S'],
  [129_600_000_000, 'P1DT12H'],
  [86_400_000_000, 'P1D'],
  [61_500_000, 'PT1M1.5S'],
])('%d µs is written %s', (us, text) => {
  expect(formatDuration(us)).toBe(text);
});
