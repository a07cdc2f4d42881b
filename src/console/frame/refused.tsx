/** Why something is not on show. What passes by itself is the standing's business, above: here it is only said that one waits. */
import type { JSX } from 'preact';
import type { Refusal } from '../facade/call';

export const Refused = ({ refusal }: { refusal: Refusal }): JSX.Element =>
  refusal.passing || refusal.status === 401 ? (
    <p class="quiet">Waiting for evergen …</p>
  ) : (
    <p class="problem" role="alert">
      {refusal.message}
    </p>
  );

/** Every problem of what was sent, one a line. */
export const Problems = ({ refusal }: { refusal: Refusal | null }): JSX.Element | null =>
  refusal === null ? null : (
    <div class="problem" role="alert">
      <p>{refusal.message}</p>
    </div>
  );
