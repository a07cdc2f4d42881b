import { MockActivityEnvironment } from '@temporalio/testing';
import { setTimeout as sleep } from 'node:timers/promises';
import { withGrace } from '../../activities/grace';

/** What ends first after a cancel: the grace, or a wait of 250 ms that begins in the same turn. Timers of one process fire in their order, however busy the machine is. */
async function firstAfterCancel(silentMs: number | null): Promise<string> {
  const environment = new MockActivityEnvironment();
  return environment.run(() =>
    withGrace(async (over, heeds) => {
      if (silentMs !== null) heeds(() => silentMs);
      const ended = new Promise<string>((resolve) => {
        over.addEventListener('abort', () => {
          resolve('grace');
        });
      });
      environment.cancel();
      return Promise.race([ended, sleep(250).then(() => 'wait')]);
    }),
  );
}

test('what may still come to its end after a cancel has half a second for it', async () => {
  expect(await firstAfterCancel(null)).toBe('wait');
  expect(await firstAfterCancel(0)).toBe('wait');
});

test('what has been silent so long already has no more time: a target that hangs keeps no pause waiting', async () => {
  expect(await firstAfterCancel(450)).toBe('grace');
  expect(await firstAfterCancel(60_000)).toBe('grace');
});
