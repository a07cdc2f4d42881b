/** All jobs, newest first. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { call } from '../facade/call';
import type { JobRow } from '../facade/kinds';
import { usePolled } from '../facade/polled';
import { Refused } from '../frame/refused';
import { JobRows } from './job-rows';

const PAGE = 200;
const EVERY_MS = 2000;
const STATES = ['running', 'paused', 'stopping', 'completed', 'stopped', 'failed', 'cleaned'];

interface Page {
  jobs: JobRow[];
  next_page_token: string | null;
}

export function JobsPage(): JSX.Element {
  const [state, setState] = useState('');
  const [scenario, setScenario] = useState('');
  const query = `limit=${String(PAGE)}${state === '' ? '' : `&state=${state}`}${scenario === '' ? '' : `&scenario=${scenario}`}`;
  const { data: page, refusal } = usePolled<Page>(`/jobs?${query}`, EVERY_MS);
  const { data: catalogue } = usePolled<{ scenarios: { name: string }[] }>('/scenarios', Infinity);
  return (
    <>
      <div class="head">
        <h1>Jobs</h1>
        <div class="filters" role="group" aria-label="Which jobs">
          <Filter name="State" value={state} options={STATES} choose={setState} />
          <Filter name="Scenario" value={scenario} options={(catalogue?.scenarios ?? []).map(({ name }) => name)} choose={setScenario} />
        </div>
        <a class="button primary" href="#/new">
          New job
        </a>
      </div>
      {page === null ? (
        refusal === null ? (
          <p class="quiet">Loading …</p>
        ) : (
          <Refused refusal={refusal} />
        )
      ) : (
        <Listed key={query} page={page} query={query} />
      )}
    </>
  );
}

function Listed({ page, query }: { page: Page; query: string }): JSX.Element {
  const [older, setOlder] = useState<Page | null>(null);
  const token = older === null ? page.next_page_token : older.next_page_token;
  const more = async (): Promise<void> => {
    const next = await call<Page>(`/jobs?${query}&page_token=${token ?? ''}`).catch(() => null);
    if (next !== null) setOlder({ ...next, jobs: [...(older?.jobs ?? []), ...next.jobs] });
  };
  const shown = [...page.jobs, ...(older?.jobs ?? []).filter(({ id, run }) => !page.jobs.some((row) => row.id === id && row.run === run))];
  if (shown.length === 0) {
    return (
      <p class="empty">
        No such job. <a href="#/new">Start one</a>, or call <code>./evergen run crisis --rate 5 --for 1m</code>.
      </p>
    );
  }
  return (
    <>
      <JobRows rows={shown} />
      <p class="foot">
        {String(shown.length)} {shown.length === 1 ? 'run' : 'runs'}
        {token !== null && (
          <button type="button" onClick={() => void more()}>
            Show older ones
          </button>
        )}
      </p>
    </>
  );
}

interface FilterProps {
  name: string;
  value: string;
  options: readonly string[];
  choose(value: string): void;
}

const Filter = ({ name, value, options, choose }: FilterProps): JSX.Element => (
  <label>
    <span>{name}</span>
    <select value={value} onChange={(event) => choose(event.currentTarget.value)}>
      <option value="">all</option>
      {options.map((option) => (
        <option key={option} value={option}>
          {option}
        </option>
      ))}
    </select>
  </label>
);
