import { againAfterMs } from '../../src/console/facade/again';
import { framesIn } from '../../src/console/facade/frames';
import { jobLink, placeOf } from '../../src/console/route';

test('frames are whole ones, however the network has cut them; comments and retry are no frames', () => {
  const text = 'retry: 1000\n\nevent: status\ndata: {"a":1}\n\n:\n\nevent: end\ndata: {"a":2}\n\n';
  for (let cut = 0; cut <= text.length; cut++) {
    const first = framesIn(text.slice(0, cut));
    const second = framesIn(first.rest + text.slice(cut));
    expect([...first.frames, ...second.frames]).toEqual([
      { event: 'status', data: '{"a":1}' },
      { event: 'end', data: '{"a":2}' },
    ]);
    expect(second.rest).toBe('');
  }
});

test('it is tried again soon at first, then less often, never all at once, and never later than four seconds', () => {
  expect([1, 2, 3].map((failures) => againAfterMs(failures, 0.5))).toEqual([500, 1000, 2000]);
  expect(againAfterMs(50, 0.999)).toBeLessThanOrEqual(4000);
  expect(againAfterMs(3, 0)).toBeLessThan(againAfterMs(3, 0.9));
});

test('every place has an address that leads back to it; one that nobody made leads to the jobs', () => {
  const scheduled = 'nightly-2026-01-05T23:10:00Z';
  expect(placeOf(jobLink(scheduled, '20260105T231000.000Z'))).toEqual({ page: 'job', id: scheduled, run: '20260105T231000.000Z' });
  expect(placeOf(jobLink('a', null))).toEqual({ page: 'job', id: 'a', run: undefined });
  expect(placeOf('#/new?like=a')).toEqual({ page: 'new', like: 'a' });
  expect(placeOf('#/schedules')).toEqual({ page: 'schedules' });
  for (const hash of ['', '#', '#/', '#/jobs', '#/nowhere']) expect(placeOf(hash)).toEqual({ page: 'jobs' });
  expect(placeOf('#/jobs/%')).toEqual({ page: 'job', id: '%', run: undefined });
});
