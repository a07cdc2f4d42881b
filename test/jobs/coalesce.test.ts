import { setTimeout as sleep } from 'node:timers/promises';
import { Coalesced } from '../../src/jobs/coalesce';

/** Longer than anybody waits who can have the last answer. */
const LONG_MS = 60;
const later = () => new Promise((resolve) => setImmediate(resolve));

test('many who ask at once cost one look, and so does who asks soon after', async () => {
  let now = 0;
  let looks = 0;
  const coalesced = new Coalesced<number>(200, 0, () => now);
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
  const coalesced = new Coalesced<string>(200, 0, () => 0);
  const older = coalesced.get('job', async () => {
    await later();
    return 'before';
  });
  expect(await coalesced.fresh('job', () => Promise.resolve('after'))).toBe('after');
  expect(await older).toBe('before');
  expect(await coalesced.get('job', () => Promise.resolve('again'))).toBe('after');
});

test('a failed look is not kept: the next one may succeed', async () => {
  const coalesced = new Coalesced<string>(200, 0, () => 0);
  await expect(coalesced.get('job', () => Promise.reject(new Error('away')))).rejects.toThrow('away');
  expect(await coalesced.get('job', () => Promise.resolve('here'))).toBe('here');
});

describe('where looks take long', () => {
  let now = 0;
  let answer: { resolve: (text: string) => void; reject: (failure: Error) => void };
  const slow = () =>
    new Promise<string>((resolve, reject) => {
      answer = { resolve, reject };
    });
  const coalesced = new Coalesced<string>(200, 1000, () => now);
  const first = async (text: string) => {
    const asked = coalesced.fresh('job', slow);
    answer.resolve(text);
    await asked;
  };

  test('a status is the last one, of at most a second ago, and the next one is that of the look', async () => {
    await first('one');
    now += 300;
    expect(await coalesced.soon('job', slow)).toBe('one');
    answer.resolve('two');
    await later();
    expect(await coalesced.soon('job', slow)).toBe('two');
    now += 1200;
    const waits = coalesced.soon('job', slow);
    answer.resolve('three');
    expect(await waits).toBe('three');
  });

  test('an answer is as old as the begin of its look: after one of 900 ms it is not shown for a second more', async () => {
    const asked = coalesced.fresh('job', slow);
    now += 900;
    answer.resolve('one');
    await asked;
    now += 300;
    const waits = coalesced.soon('job', slow);
    await sleep(LONG_MS);
    answer.resolve('two');
    expect(await waits).toBe('two');
  });

  test('a look that comes at once is not passed over for an older one', async () => {
    await first('one');
    now += 300;
    expect(await coalesced.soon('job', () => Promise.resolve('two'))).toBe('two');
  });

  test('who has changed something leaves nobody with what was before', async () => {
    await first('one');
    const changed = coalesced.fresh('job', slow);
    const asks = coalesced.soon('job', slow);
    await sleep(LONG_MS);
    answer.resolve('two');
    expect(await Promise.all([changed, asks])).toEqual(['two', 'two']);
  });

  test('a server that is away is told from the next call on', async () => {
    await first('one');
    now += 300;
    expect(await coalesced.soon('job', slow)).toBe('one');
    answer.reject(new Error('away'));
    await later();
    await expect(coalesced.soon('job', () => Promise.reject(new Error('still away')))).rejects.toThrow('still away');
  });

  test('who asks now and then waits for the look: a second ago is long for him', async () => {
    await first('one');
    now += 500;
    const asks = coalesced.soon('job', slow);
    await sleep(LONG_MS);
    answer.resolve('two');
    expect(await asks).toBe('two');
  });

  test('who is to decide upon it waits for the look', async () => {
    await first('one');
    now += 300;
    const asks = coalesced.get('job', slow);
    await sleep(LONG_MS);
    answer.resolve('two');
    expect(await asks).toBe('two');
  });
});
