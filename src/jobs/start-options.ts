/** How a job is started in Temporal: names, time-outs, and what people read in the Web UI. */
import type { WorkflowStartOptions } from '@temporalio/client';
import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import { SEARCH_ATTRIBUTES, TASK_QUEUE, type Plan } from '../../workflows/messages';
import type { Limits, Pace } from '../../workflows/schedule';
import { formatDuration } from '../spec/durations';

const keyword = (name: string) => defineSearchAttributeKey(name, SearchAttributeType.KEYWORD);
const attributes = {
  state: keyword(SEARCH_ATTRIBUTES.JobState),
  scenario: keyword(SEARCH_ATTRIBUTES.Scenario),
  sink: keyword(SEARCH_ATTRIBUTES.Sink),
};

/** @param searchAttributes false on a cluster that has refused to add them */
export const startOptions = (plan: Plan, searchAttributes: boolean) =>
  ({
    ...runOptions(plan, searchAttributes),
    workflowIdConflictPolicy: 'FAIL',
    workflowIdReusePolicy: 'ALLOW_DUPLICATE',
  }) satisfies WorkflowStartOptions;

/** What a schedule, too, says of the runs that it starts. */
export function runOptions(plan: Plan, searchAttributes: boolean) {
  return {
    workflowId: plan.job,
    taskQueue: TASK_QUEUE,
    args: [plan],
    // What a killed worker costs before the next workflow task goes elsewhere; 10 s by default.
    workflowTaskTimeout: '3s',
    // Kept at continue-as-new; a status without a worker, and lists, are made from it.
    memo: { plan },
    staticSummary: `${plan.scenario} → ${plan.sink}: ${plan.streams.map(({ pace }) => describePace(pace)).join(', ')}`,
    staticDetails: detailsOf(plan),
    ...(searchAttributes
      ? {
          typedSearchAttributes: [
            { key: attributes.state, value: 'running' },
            { key: attributes.scenario, value: plan.scenario },
            { key: attributes.sink, value: plan.sink },
          ],
        }
      : {}),
  } satisfies WorkflowStartOptions;
}

/** "50/s", "15 each PT10S", "unpaced". */
function describePace(pace: Pace): string {
  switch (pace.kind) {
    case 'rate':
      return `${String(pace.rate)}/s${pace.of > 1 ? ` (every ${String(pace.of)}th)` : ''}`;
    case 'every':
      return `${pace.min === pace.max ? String(pace.min) : `${String(pace.min)}–${String(pace.max)}`} each ${formatDuration(pace.everyUs)}`;
    case 'stages':
      return `${String(pace.stages.length)} stages${pace.repeat ? ', over and over' : ''}${pace.of > 1 ? ` (every ${String(pace.of)}th)` : ''}`;
    case 'unpaced':
      return 'as fast as the sink commits';
  }
}

function describeLimits({ forUs, events, batches }: Limits): string {
  const limits = [
    ...(forUs === null ? [] : [`for ${formatDuration(forUs)}`]),
    ...(events === null ? [] : [`${String(events)} events`]),
    ...(batches === null ? [] : [`${String(batches)} batches`]),
  ];
  return limits.length === 0 ? 'until stopped' : limits.join(', ');
}

const detailsOf = (plan: Plan): string =>
  [
    `**Run** ${plan.run ?? '(named at its start)'}, evergen ${plan.version}`,
    ...plan.streams.map(({ name, pace, limits }) => `* stream \`${name}\`: ${describePace(pace)}, ${describeLimits(limits)}`),
  ].join('\n');
