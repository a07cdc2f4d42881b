/** Histories of each shape of a job, recorded once, replay for ever: a change of workflow logic that breaks one needs `patched()` (README of workflows/). */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from '@temporalio/worker';
import { workflowBundle } from './rig';

const folder = join(__dirname, '../histories');
const recorded = readdirSync(folder).filter((name) => name.endsWith('.json'));

test('every shape is recorded: fresh, paused, stopped in a span, cancelled, continued as new, with its worker killed', () => {
  const shapes = [
    'fresh',
    'pause-and-resume',
    'stop-mid-span',
    'cancelled',
    'standby-and-wake',
    'change-of-pace',
    'timer-paced',
    'worker-killed',
    'worker-killed-at-pause',
    'continued-as-new',
    'continued-as-new-1',
  ];
  expect(recorded).toEqual(expect.arrayContaining(shapes.map((shape) => `${shape}.json`)));
});

test.each(recorded)(
  '%s replays',
  async (name) => {
    const { code } = await workflowBundle();

    await Worker.runReplayHistory(
      { workflowBundle: { code } },
      JSON.parse(readFileSync(join(folder, name), 'utf8')),
      name.replace(/(-\d+)?\.json$/, ''),
    );
  },
  60_000,
);
