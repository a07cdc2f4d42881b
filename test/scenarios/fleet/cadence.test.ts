/** How many, and whose: sizes of batches and the numbers that go on. */
import { createHash } from 'node:crypto';
import { IDENTITY } from '../batch';
import { batchesOf, emulated, upTo } from './batches';

test('the first batch of companies in production is the initial fleet, each later one brings what comes onboard', () => {
  const fleet = batchesOf({ number_of_companies: 7, companies_per_onboarding: 2 });
  expect(upTo(3).map((b) => fleet.companies(b).map(({ company_id }) => company_id))).toEqual([
    upTo(7).map((i) => `C-00000${String(i + 1)}`),
    ['C-000008', 'C-000009'],
    ['C-000010', 'C-000011'],
  ]);
});

test('emulated batches hold their ten companies, and five to twenty events, every number of them now and then', () => {
  const fleet = batchesOf(emulated());
  expect(upTo(4).map((b) => fleet.companies(b).length)).toEqual([10, 10, 10, 10]);
  const sizes = upTo(360).map((b) => fleet.events(b).length);
  expect([...new Set(sizes)].sort((a, b) => a - b)).toEqual(upTo(16).map((i) => i + 5));
});

test('company numbers can go on where an earlier run has ended, and its drivers are of its own companies', () => {
  const fleet = batchesOf({ number_of_companies: 3, first_company: 51 });
  expect(fleet.companies(0).map(({ company_id }) => company_id)).toEqual(['C-000051', 'C-000052', 'C-000053']);
  expect([...new Set(fleet.events(0).map(({ company_id }) => company_id))].sort()).toEqual(['C-000051', 'C-000052', 'C-000053']);
});

test('events of a driver in production are Poisson, of the mean that was asked for, whatever the interval of the batches', () => {
  for (const [interval, mean] of [
    ['PT15M', 3.5],
    ['PT1H', 14],
  ] as const) {
    const fleet = batchesOf({
      number_of_companies: 10,
      drivers_per_company: 20,
      driver_event_interval: interval,
      company_onboarding_interval: 'P30D',
    });
    const counts = upTo(20).flatMap((b) => {
      const own = new Map<string, number>();
      for (const { driver_id } of fleet.events(b)) own.set(driver_id, (own.get(driver_id) ?? 0) + 1);
      return upTo(200).map(
        (i) => own.get(`D-${String(Math.floor(i / 20) + 1).padStart(6, '0')}-${String((i % 20) + 1).padStart(3, '0')}`) ?? 0,
      );
    });
    const sampleMean = counts.reduce((a, b) => a + b, 0) / counts.length;
    const variance = counts.reduce((sum, n) => sum + (n - sampleMean) ** 2, 0) / counts.length;
    // Standard errors of mean and variance of 4,000 Poisson numbers, four of them.
    expect(Math.abs(sampleMean - mean)).toBeLessThan(4 * Math.sqrt(mean / 4000));
    expect(Math.abs(variance - mean)).toBeLessThan(4 * Math.sqrt((2 * mean * mean + mean) / 4000));
  }
});

test('a batch years away costs what the first one does: nothing is played from the start', () => {
  expect(batchesOf(emulated()).events(100_000).length).toBeGreaterThanOrEqual(5);
  const fleet = batchesOf({ number_of_companies: 20, company_onboarding_interval: 'P30D' });
  const costOf = (batch: number) => {
    fleet.events(batch);
    const begin = process.cpuUsage();
    let events = 0;
    for (let i = 0; i < 5; i++) events += fleet.events(batch + i).length;
    return process.cpuUsage(begin).user / events;
  };
  // Ten years: 100 times what the slack of a busy machine could hide.
  expect(costOf(350_000) / costOf(2)).toBeLessThan(20);
});

test('the first bytes of version 1 are for ever', () => {
  const hash = (wire: object) => {
    const fleet = batchesOf(wire, IDENTITY);
    const all = upTo(3).flatMap((b) => [fleet.text('companies', b), fleet.text('drivers', b)]);
    return createHash('sha256').update(all.join('')).digest('hex').slice(0, 16);
  };
  expect([hash({}), hash(emulated())]).toEqual(['5d616261ad06a2e7', 'ccc8b083fe5b39fe']);
});
