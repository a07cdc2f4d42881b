/** Whether evergen, Temporal and a worker are there. It says so when one is away, and takes it back when it has returned. */
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { usePolled } from '../facade/polled';
import { noteReady } from '../facade/ready';

const EVERY_MS = 2000;

export function Standing(): JSX.Element {
  const { data, refusal } = usePolled<unknown>('/readyz', EVERY_MS);
  const ready = refusal === null;
  useEffect(() => noteReady(ready), [ready]);
  const said = ready ? null : `${sentence(refusal.message)} The figures below are the last that were seen. Trying again by itself.`;
  return (
    <div class="standing" role="status" data-ready={data === null && ready ? 'unknown' : String(ready)}>
      {said !== null && (
        <p>
          <span class="lamp" aria-hidden="true" />
          {said}
        </p>
      )}
    </div>
  );
}

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
