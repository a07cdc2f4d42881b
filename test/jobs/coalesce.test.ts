import { Coalesced } from '../../src/jobs/coalesce';

const later = () => new Promise((resolve) => setImmediate(resolve));

test('many who ask at once cost one look, and so does who asks soon after', async () => {
  let now = 0;
  let looks = 0;
  const coalesced = new Coalesced<number>(200, () => now);
  const look = async () => {
    await later();
    return ++looks;
  };
  expect(await Promise.all(Array.from({ length: 100 }, () => coalesced.get('job', look)))).toEqual(Array(100).fill(1));
  now = 199;
  expect(await coalesced.get('job', look)).toBe(1);
  now = 201;
  expect(await coalesced.get('job', look)).toBe(2);
  expect(await coalesced.get('other', look)).toBe(3);
});

test('who has changed something sees a look that began after it, even while an older one is under way', async () => {
  const coalesced = new Coalesced<string>(200, () => 0);
  const older = coalesced.get('job', async () => {
    await later();
    return 'before';
  });
  expect(await coalesced.fresh('job', () => Promise.resolve('after'))).toBe('after');
  expect(await older).toBe('before');
  expect(await coalesced.get('job', () => Promise.resolve('again'))).toBe('after');
});

test('a failed look is not kept: the next one may succeed', async () => {
  const coalesced = new Coalesced<string>(200, () => 0);
  await expect(coalesced.get('job', () => Promise.reject(new Error('away')))).rejects.toThrow('away');
  expect(await coalesced.get('job', () => Promise.resolve('here'))).toBe('here');
});
