/** The state of a job as a word with a mark of its own: the colour alone says nothing. */
import type { JSX } from 'preact';

const MARKS: Record<string, string> = {
  running: '▶',
  paused: '‖',
  stopping: '◼',
  completed: '✓',
  stopped: '◼',
  failed: '✕',
  cleaned: '○',
};

export const State = ({ state }: { state: string }): JSX.Element => (
  <span class="state" data-state={state}>
    <span class="mark" aria-hidden="true">
      {MARKS[state] ?? '·'}
    </span>
    {state}
  </span>
);

export const isActive = (state: string): boolean => state === 'running' || state === 'paused' || state === 'stopping';
