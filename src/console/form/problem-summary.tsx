/** All that is wrong, in one place that gets the focus, each with a way to its field. */
import type { JSX, Ref } from 'preact';
import type { Refusal } from '../facade/call';
import { fieldId } from './schema';

interface SummaryProps {
  refusal: Refusal;
  /** Written as text: there are no fields to go to. */
  asText: boolean;
  ref: Ref<HTMLDivElement>;
}

export const ProblemSummary = ({ refusal, asText, ref }: SummaryProps): JSX.Element => (
  <div class="summary" role="alert" tabIndex={-1} ref={ref}>
    <h2>{refusal.problems.length > 0 ? 'This job was not started' : refusal.message}</h2>
    {refusal.problems.length > 0 && (
      <ul>
        {refusal.problems.map(({ path, message }) => (
          <li key={`${path} ${message}`}>
            {asText ? (
              <code>{path || '/'}</code>
            ) : (
              <button type="button" class="link" onClick={() => document.getElementById(fieldId(path))?.focus()}>
                {path || 'specification'}
              </button>
            )}{' '}
            {message}
          </li>
        ))}
      </ul>
    )}
  </div>
);
