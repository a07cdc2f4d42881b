/** The frame around every page: who we are, where one can go, and whether all parts are there. */
import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { onToken, tokenWanted } from '../facade/token';
import { JobPage } from '../job/job-page';
import { JobsPage } from '../jobs/jobs-page';
import { NewJobPage } from '../form/new-job-page';
import type { Place } from '../route';
import { SchedulesPage } from '../schedules/schedules-page';
import { Standing } from './standing';
import { TokenDialog } from './token-dialog';
import { usePlace } from './use-place';

const TITLES: Record<Place['page'], string> = { jobs: 'Jobs', job: 'Job', new: 'New job', schedules: 'Schedules' };

export function App(): JSX.Element {
  const place = usePlace();
  const [asks, setAsks] = useState(tokenWanted());
  const main = useRef<HTMLElement>(null);
  const first = useRef(true);
  useEffect(() => onToken(() => setAsks(tokenWanted())), []);
  const title = place.page === 'job' ? place.id : TITLES[place.page];
  useEffect(() => {
    document.title = `${title} · evergen`;
    // Whoever follows a link by keyboard goes on reading where the page has changed.
    if (!first.current) main.current?.focus();
    first.current = false;
  }, [title]);
  return (
    <>
      <a class="skip" href="#main" onClick={(event) => (event.preventDefault(), main.current?.focus())}>
        Skip to the content
      </a>
      <header class="bar">
        <a class="brand" href="#/">
          <svg viewBox="0 0 32 32" aria-hidden="true">
            <rect width="32" height="32" rx="7" />
            <path d="M6 21.5h4.5v-6H15v3.5h4.5V9H26" />
          </svg>
          evergen
        </a>
        <nav aria-label="Pages">
          <NavLink to="#/" name="Jobs" here={place.page === 'jobs' || place.page === 'job'} />
          <NavLink to="#/schedules" name="Schedules" here={place.page === 'schedules'} />
          <NavLink to="#/new" name="New job" here={place.page === 'new'} />
        </nav>
        <a class="aside" href="/docs">
          API
        </a>
      </header>
      <Standing />
      <main id="main" tabIndex={-1} ref={main}>
        <Page place={place} />
      </main>
      {asks && <TokenDialog />}
    </>
  );
}

function Page({ place }: { place: Place }): JSX.Element {
  if (place.page === 'job') return <JobPage key={`${place.id} ${place.run ?? ''}`} id={place.id} run={place.run} />;
  if (place.page === 'new') return <NewJobPage key={place.like ?? ''} like={place.like} />;
  return place.page === 'schedules' ? <SchedulesPage /> : <JobsPage />;
}

const NavLink = ({ to, name, here }: { to: string; name: string; here: boolean }): JSX.Element => (
  <a href={to} aria-current={here ? 'page' : undefined}>
    {name}
  </a>
);
