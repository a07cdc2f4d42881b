/** What the routers need of their process. */
import type { Connector } from '../connector/connector';
import type { FleetSite } from './fleet';
import type { Keys } from './keys';
import type { Jobs } from '../jobs/jobs';
import type { Schedules } from '../jobs/schedules';
import type { TutoringDefaults } from '../jobs/tutoring';
import type { FacadeMetrics } from '../metrics/facade-metrics';
import type { Surroundings } from '../jobs/job-body';

export interface ApiDeps {
  connector: Connector;
  /** Where `{"count":N}` of the connector writes, as a specification says it. */
  emailSink: string | Readonly<Record<string, string>>;
  /** Requests a second that one caller of the connector may send. */
  connectorRate: number;
  jobs: Jobs;
  schedules: Schedules;
  /** What the environment says of runs of the tutoring simulator. */
  tutoring: TutoringDefaults;
  surroundings: Surroundings;
  metrics: FacadeMetrics;
  /** What was answered to calls with an `Idempotency-Key`. */
  keys: Keys;
  fleet: FleetSite;
  /** evergen's version. */
  version: string;
  /** Where the crisis intake writes, as a specification says it. */
  crisisSink: string | Readonly<Record<string, string>>;
  /** Wall clock. */
  now(): Date;
  /** A number in [0, 1), for default job ids. */
  random(): number;
}
