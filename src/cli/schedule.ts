/** `evergen schedule`: jobs that begin again and again. */
import type { Command } from 'commander';
import { scheduleBodyOf, type ScheduleBody } from '../jobs/schedule-body';
import { changedBy, scheduleChanges } from '../jobs/schedule-changes';
import type { ScheduleSnapshot } from '../jobs/schedules';
import { check, UserError } from '../spec/failures';
import type { Context } from './context';
import { withJobs } from './open-jobs';
import { programVersion } from './program';
import { table } from './table';
import { inOptions, present, settingsIn, withTutoringOptions, type TutoringOptions } from './tutoring-options';

interface Json {
  json?: true;
}

interface SetOptions extends Json, TutoringOptions {
  every?: string;
  cron?: string;
  timeZone?: string;
}

export function schedule(program: Command, context: Context): void {
  const group = program.command('schedule').description('jobs that begin again and again');
  const command = (name: string, description: string) =>
    group.command(name).description(description).option('--json', 'as the API answers');

  command('list', 'list the schedules').action(({ json }: Json) =>
    withJobs(context, async ({ schedules }) => {
      const all = (await schedules.list()).map(scheduleBodyOf);
      if (json) return context.out(JSON.stringify({ schedules: all }, null, 2));
      for (const line of table(['SCHEDULE', 'STATE', 'WHEN', 'NEXT RUN', 'LAST RUN', 'WHAT'], all.map(row))) context.out(line);
    }),
  );
  for (const action of ['enable', 'disable'] as const)
    command(`${action} <id>`, `${action} a schedule; a run that is going on is left alone`).action((id: string, { json }: Json) =>
      change(context, id, { enabled: action === 'enable' }, json),
    );
  withTutoringOptions(
    command('set <id>', 'change a schedule from its next run on')
      .option('--every <duration>', 'a run each interval: 30s, PT5M; at least 1s')
      .option('--cron <expression>', 'or at these times, five fields: "*/5 * * * *"')
      .option('--time-zone <name>', 'for --cron, such as Europe/Berlin (default UTC)'),
    'of tutoring: ',
  ).action((id: string, { json, ...options }: SetOptions) => change(context, id, changesIn(options), json));
  command('trigger <id>', 'start a run now, enabled or not').action((id: string, { json }: Json) =>
    withJobs(context, async ({ schedules }) => tell(context, await schedules.trigger(id), json)),
  );
}

const change = (context: Context, id: string, changes: Record<string, unknown>, json: true | undefined): Promise<void> =>
  withJobs(context, async ({ schedules }) => {
    const changed = await inOptions(() =>
      schedules.change(id, (before) => changedBy(before, check(scheduleChanges, changes, 'the change'), programVersion())),
    );
    tell(context, changed, json);
  });

function changesIn({ every, cron, timeZone, ...settings }: SetOptions): Record<string, unknown> {
  const changes = { ...present({ every, cron, time_zone: timeZone }), ...settingsIn(settings) };
  if (Object.keys(changes).length === 0) throw new UserError('nothing to set: evergen schedule set --help lists what there is');
  return changes;
}

function tell(context: Context, snapshot: ScheduleSnapshot, json: true | undefined): void {
  const body = scheduleBodyOf(snapshot);
  if (json) return context.out(JSON.stringify(body, null, 2));
  const next = body.next_run_at === null ? '' : `, next run ${body.next_run_at}`;
  const last = body.last_run === null ? '' : `, last run ${body.last_run.job_id}${body.running ? ' (running)' : ''}`;
  context.out(`${body.id}: ${stateOf(body)}, ${whenOf(body)}${next}${last}`);
}

const stateOf = ({ enabled }: ScheduleBody): string => (enabled ? 'enabled' : 'disabled');
const whenOf = ({ every, cron, time_zone }: ScheduleBody): string => (cron === undefined ? `each ${every ?? ''}` : `${cron} ${time_zone}`);

const row = (body: ScheduleBody): string[] => [
  body.id,
  stateOf(body),
  whenOf(body),
  body.next_run_at ?? '',
  body.last_run === null ? '' : `${body.last_run.job_id}${body.running ? ' (running)' : ''}`,
  `${body.scenario} to ${body.sink}`,
];
