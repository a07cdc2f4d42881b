import { mkdtempSync, rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterTotals } from './totals';
import { crisisApp, fleetApp, mainApp, type AppOptions } from '../../src/api/app';
import { LOOPBACK_NAMES } from '../../src/api/guards';
import { Keys } from '../../src/api/keys';
import { packageRoot } from '../../src/config/package-root';
import { createConnector } from '../../src/connector/connector';
import { sinks } from '../../src/sinks';
import { ended, JobActive, JobEnded, NoSuchJob, NotPaused, TemporalAway, type Jobs, type Snapshot } from '../../src/jobs/jobs';
import { listedAs, newestFirst } from '../../src/jobs/list';
import { unanswered } from '../../src/jobs/merge';
import { FacadeMetrics } from '../../src/metrics/facade-metrics';
import { parseJobSpec } from '../../src/spec/job-spec';
import type { JobState, Plan } from '../../workflows/messages';
import { namePlan } from '../../workflows/naming';
import { begin, type Pace } from '../../workflows/schedule';
import { withTutoring } from '../../src/jobs/tutoring-schedule';
import { admit } from '../../src/spec/surroundings';
import { SchedulesInMemory } from './schedules-in-memory';
import { changePace } from '../../workflows/timeline';

const NOW = new Date('2026-01-05T23:10:00.000Z');

const fleetConfig = {
  mode: 'emulated' as const,
  spec: (first_company: number) =>
    parseJobSpec({
      id: 'fleet',
      seed: 42,
      scenario: { name: 'fleet', emulated_mode: { enabled: true }, first_company },
      sink: { name: 'folders', mode: 'emulated' },
    }),
};

/** A whole implementation of `Jobs` in memory: jobs begin at NOW and make nothing by themselves. */
class JobsInMemory implements Jobs {
  readonly started: Snapshot[] = [];
  away = false;

  start(plan: Plan, { paused = false }: { paused?: boolean } = {}) {
    const active = this.started.findLast(({ status }) => status.plan.job === plan.job && !ended(status));
    if (active !== undefined) {
      if (JSON.stringify(active.status.plan.spec) !== JSON.stringify(plan.spec))
        return this.answer(() => Promise.reject(new JobActive(active)));
      return this.answer(() => Promise.resolve({ started: false, snapshot: active }));
    }
    return this.answer(() => {
      const startUs = plan.startUs ?? NOW.getTime() * 1000;
      const named = { ...namePlan(plan, { startTime: NOW }), startUs };
      const status = {
        ...unanswered(named, 'running', NOW.getTime()),
        settling: false,
        timeline: plan.timeline ?? begin(plan.streams, startUs),
      };
      const snapshot: Snapshot = { status, worker: 'here', lastError: null, execution: 'execution' };
      if (paused) this.put(snapshot, 'paused');
      this.started.push(snapshot);
      return Promise.resolve({ started: true, snapshot });
    });
  }

  show(id: string, run?: string) {
    return this.get(id, run);
  }

  get(id: string, run?: string) {
    return this.answer(() => {
      const found = this.started.findLast(({ status }) => status.plan.job === id && (run === undefined || status.plan.run === run));
      return found === undefined ? Promise.reject(new NoSuchJob(id, run)) : Promise.resolve(found);
    });
  }

  list() {
    return this.answer(() =>
      Promise.resolve({
        jobs: this.started.map(({ status }) => listedAs(status)),
        nextPageToken: null,
      }),
    );
  }

  runs = async (id: string) => {
    await this.get(id);
    return newestFirst(this.started.filter(({ status }) => status.plan.job === id).map(({ status }) => listedAs(status)));
  };

  setPace = (id: string, pacesFor: (plan: Plan) => Pace[], by: string) =>
    this.change(id, (snapshot) => {
      const { status } = snapshot;
      const nowUs = NOW.getTime() * 1000;
      const entries = changePace({ seed: 0, streams: status.plan.streams }, status.timeline, nowUs, nowUs, pacesFor(status.plan));
      const from = entries.map((entry) => entry.from);
      const said = { atMs: NOW.getTime(), action: 'pace' as const };
      status.timeline = [...status.timeline, ...entries];
      status.journal = [...status.journal, { ...said, by, from: null, detail: 'asked for' }, { ...said, by: null, from, detail: '' }];
      return snapshot;
    });

  pause = (id: string) => this.change(id, (snapshot) => this.put(snapshot, 'paused'));
  resume = (id: string) => this.change(id, (snapshot) => this.put(snapshot, 'running'));
  stop = async (id: string) => {
    const snapshot = await this.get(id);
    return ended(snapshot.status) ? snapshot : this.put(snapshot, 'stopped');
  };

  clean = async (id: string) => {
    const snapshot = await this.get(id);
    if (!ended(snapshot.status) && snapshot.status.state !== 'paused') throw new NotPaused(snapshot);
    return this.put(snapshot, 'cleaned');
  };

  ready = () => Promise.resolve({ temporal: !this.away, workers: this.away ? 0 : 1 });

  /** As if the job had committed so many events. */
  commit(id: string, events: number): void {
    const snapshot = this.started.findLast(({ status }) => status.plan.job === id);
    const part = snapshot?.status.parts[0];
    if (part !== undefined) Object.assign(part, { next: events, totals: afterTotals(events) });
  }

  private async change(id: string, act: (snapshot: Snapshot) => Snapshot): Promise<Snapshot> {
    const snapshot = await this.get(id);
    if (ended(snapshot.status)) throw new JobEnded(snapshot);
    return act(snapshot);
  }

  private put(snapshot: Snapshot, state: JobState): Snapshot {
    Object.assign(snapshot.status, {
      state,
      // A run that ends keeps it.
      ...(state === 'paused' || state === 'running' ? { held: state === 'paused' } : {}),
      pausedAtMs: state === 'paused' ? NOW.getTime() : null,
      finishedAtMs: state === 'stopped' ? NOW.getTime() : null,
    });
    return snapshot;
  }

  private answer<T>(act: () => Promise<T>): Promise<T> {
    return this.away ? Promise.reject(new TemporalAway('Temporal does not answer')) : act();
  }
}

export interface Api {
  jobs: JobsInMemory;
  /** Of everything. */
  base: string;
  /** Of the crisis intake's own port. */
  crisis: string;
  /** Of the fleet generator's own port. */
  fleet: string;
  /** States of the fleet that were kept beside the data. */
  lifecycle: string[];
  faults: unknown[];
  /** Where the connector keeps what it is given. */
  dataDir: string;
}

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(stops.splice(0).map((stop) => stop()));
});

/** Both applications on free ports, until the test ends. */
export async function serve(changes: Partial<AppOptions> = {}): Promise<Api> {
  const jobs = new JobsInMemory();
  const faults: unknown[] = [];
  const tutoring = { stream_count: 50, events_per_run: 10, ingest_api_url: 'http://127.0.0.1:9090/ingest', ...changes.tutoring };
  const lifecycle: string[] = [];
  const dataDir = mkdtempSync(join(tmpdir(), 'evergen-api-'));
  const connector = createConnector({
    place: 'disk',
    sink: () => Promise.resolve(sinks.get('disk').create({ path: 'connector' }, { dataDir, env: {} })),
    dataDir,
    now: () => NOW,
    say: () => undefined,
  });
  stops.push(async () => {
    await connector.close();
    rmSync(dataDir, { recursive: true, force: true });
  });
  const options: AppOptions = {
    connector,
    connectorRate: 100,
    emailSink: 'disk',
    jobs,
    schedules: withTutoring(new SchedulesInMemory(NOW), {
      defaults: tutoring,
      version: '1.2.3',
      refresh: true,
      admit: (spec) => admit(spec, {}),
    }),
    tutoring,
    surroundings: { outputOf: () => ({ kind: 'disk', path: '/data/jobs/x' }), webUiUrl: () => 'http://127.0.0.1:8233/x' },
    metrics: new FacadeMetrics(join(await keysFolder(), '../metrics')),
    keys: new Keys(await keysFolder()),
    fleet: {
      config: () => fleetConfig,
      record: async (state) => void lifecycle.push(state),
      whole: async () => true,
      earlier: async () => ({ companies: 12, drivers: 24 }),
      cleaned: async () => ({ deleted_items: ['raw/companies.jsonl'], deleted_count: 1, skipped_items: [], errors: [] }),
      survey: async () => ({ deleted_items: ['raw/companies.jsonl'], deleted_count: 1, skipped_items: ['raw/notes.txt'], errors: [] }),
      logs: async ({ level }) => ({
        entries: [{ timestamp: NOW.toISOString(), component: 'generator', run_id: null, level, message: 'x', metadata: {} }],
        total: 1,
      }),
    },
    version: '1.2.3',
    consoleDir: join(packageRoot(), 'dist', 'console'),
    now: () => NOW,
    crisisSink: 'disk',
    random: () => 0,
    token: undefined,
    allowedHosts: LOOPBACK_NAMES,
    corsOrigins: [],
    report: (fault) => faults.push(fault),
    ...changes,
  };
  const [base, crisis, fleet] = await Promise.all([mainApp(options), crisisApp(options), fleetApp(options)].map(listen));
  return { jobs, base: base ?? '', crisis: crisis ?? '', fleet: fleet ?? '', lifecycle, faults, dataDir };
}

/** As below a data directory that nobody has made yet. */
export async function keysFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'evergen-keys-'));
  stops.push(() => rm(folder, { recursive: true, force: true }));
  return join(folder, 'data/run/keys');
}

async function listen(app: ReturnType<typeof mainApp>): Promise<string> {
  const server = app.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  stops.push(
    () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  );
  return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
}

export const patch = (url: string, body: unknown): Promise<Response> => send('PATCH', url, body, {});

export const post = (url: string, body?: unknown, headers: Record<string, string> = {}): Promise<Response> =>
  send('POST', url, body, headers);

const send = (method: string, url: string, body: unknown, headers: Record<string, string>): Promise<Response> =>
  fetch(url, {
    method,
    ...(body === undefined
      ? { headers }
      : { body: typeof body === 'string' ? body : JSON.stringify(body), headers: { 'content-type': 'application/json', ...headers } }),
  });

export interface ProblemBody {
  status: number;
  title: string;
  detail: string;
  problems?: { path: string; message: string }[];
}

/** The problem that an answer is; it must say so itself. */
export async function problemIn(response: Response): Promise<ProblemBody> {
  expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  const body = (await response.json()) as ProblemBody;
  expect(body.status).toBe(response.status);
  return body;
}
