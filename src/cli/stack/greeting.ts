/** What `up` says when everything is ready: where things are, and three commands to paste. */
import { counted } from '../../figures';
import type { StackRecord } from './record';

const TITLES: Readonly<Record<string, string>> = { crisis: 'Crisis intake', fleet: 'Fleet generator' };

/** What a stack that is up already has not of what is asked for, a sentence each. */
export function lacksOf(record: Readonly<StackRecord>, asked: { workers: number; kafka: boolean }): string[] {
  const workers = Object.keys(record.parts).filter((name) => /^worker(-\d+)?$/.test(name)).length;
  return [
    ...(asked.workers > workers ? [`it has ${counted(workers, 'worker')}, not ${String(asked.workers)}`] : []),
    ...(asked.kafka && record.kafka === null ? ['it has no Kafka broker'] : []),
  ];
}

/**
 * @param evergen how this program is called: `./evergen` in a checkout
 * @param token calls need one: the commands then carry it
 * @param first the line that says what has come of it
 */
export function greeting(
  record: Readonly<StackRecord>,
  dataDir: string,
  evergen: string,
  token: boolean,
  first = 'evergen is up',
): string[] {
  const { api, ...others } = record.addresses;
  const rows: [string, string][] = [
    ...(api === undefined
      ? []
      : [['Console', api] satisfies [string, string], ['API documentation', `${api}/docs`] satisfies [string, string]]),
    ...Object.entries(others).map(([name, address]): [string, string] => [TITLES[name] ?? name, address]),
    ['Temporal', record.temporal?.address ?? ''],
    ...(record.temporal?.ui_url ? [['Temporal Web UI', record.temporal.ui_url] satisfies [string, string]] : []),
    ...(record.kafka === null ? [] : [['Kafka', record.kafka] satisfies [string, string]]),
    ['Data', dataDir],
    ...(record.resumed.length > 0 ? [['Going on', record.resumed.join(', ')] satisfies [string, string]] : []),
    // Somebody may wait for data that does not come: a pause outlives every restart.
    ...(record.paused.length > 0 ? [['Paused', pausedText(record.paused, evergen)] satisfies [string, string]] : []),
  ];
  const commands = [...firstCall(record, token), `${evergen} jobs`, `${evergen} logs -f`, `${evergen} down`].slice(0, 3);
  return [first, '', ...rows.map(([name, value]) => `  ${name.padEnd(19)}${value}`), '', 'Try:', ...commands.map((line) => `  ${line}`)];
}

/** `fleet (./evergen resume fleet)`; `fleet, nightly (./evergen resume ID)`. */
const pausedText = (ids: readonly string[], evergen: string): string =>
  `${ids.join(', ')} (${evergen} resume ${ids.length === 1 ? (ids[0] ?? '') : 'ID'})`;

/** The call that a user of what is there will make first: with a fleet, a look at it. */
function firstCall({ addresses, resumed, paused }: Readonly<StackRecord>, token: boolean): string[] {
  const key = token ? ' -H "authorization: Bearer $EVERGEN_TOKEN"' : '';
  const under = (name: string) => addresses[name] ?? (addresses['api'] === undefined ? undefined : `${addresses['api']}/${name}`);
  const [fleet, crisis] = [under('fleet'), under('crisis')];
  if (fleet !== undefined && [...resumed, ...paused].includes('fleet')) return [`curl${key} ${fleet}/api/health`];
  if (crisis === undefined) return [];
  return [`curl -X POST ${crisis}/generate${key} -H 'content-type: application/json' -d '{"duration_minutes": 1, "rate_per_second": 5}'`];
}
