/** What can be asked for: scenarios and sinks with JSON Schemas, and a look at the events before anything is started. */
import { z } from 'zod';
import { runName } from '../../workflows/naming';
import type { Plugin } from '../registry';
import { scenarios } from '../scenarios';
import { sinks } from '../sinks';
import { formatInstant } from '../spec/instants';
import { planOf } from '../spec/plan';
import { fixedNow, preview } from '../spec/preview';
import type { ApiDeps } from './deps';
import { specExample } from './examples';
import { HttpError } from './problem';
import { defineRoute, type Route } from './route';

const jsonSchema = z.record(z.string(), z.unknown());
const described = { name: z.string(), summary: z.string(), options: jsonSchema.describe('JSON Schema of the options.') };
const scenarioBody = z.strictObject({
  ...described,
  version: z.int().min(1),
  streams: z.array(z.strictObject({ name: z.string(), event: jsonSchema.describe('JSON Schema of one event.') })),
});

const previewed = z.strictObject({
  stream: z.string(),
  batch: z.int().min(0),
  i: z.int().min(0),
  due: z.iso.datetime(),
  key: z.string(),
  value: z.unknown(),
});

export function catalogueRoutes({ version, now }: ApiDeps): Route[] {
  return [
    defineRoute(
      {
        method: 'get',
        path: '/scenarios',
        summary: 'Scenarios, with JSON Schemas of options and events.',
        answers: { 200: { description: 'All of them.', body: z.strictObject({ scenarios: z.array(scenarioBody) }) } },
      },
      () => ({ status: 200, body: { scenarios: scenarios.plugins.map(scenarioOf) } }),
    ),
    defineRoute(
      {
        method: 'get',
        path: '/sinks',
        summary: 'Sinks, with JSON Schemas of options.',
        answers: { 200: { description: 'All of them.', body: z.strictObject({ sinks: z.array(z.strictObject(described)) }) } },
      },
      () => ({ status: 200, body: { sinks: sinks.plugins.map(describedPlugin) } }),
    ),
    defineRoute(
      {
        method: 'post',
        path: '/preview',
        summary: 'The first events of a job, without starting anything.',
        query: z.strictObject({
          n: z
            .string()
            .regex(/^([1-9]\d{0,2}|1000)$/, { error: 'must be a whole number from 1 to 1000' })
            .default('10')
            .transform(Number),
        }),
        body: 'spec',
        example: specExample,
        answers: {
          200: {
            description: 'Events.',
            body: z.strictObject({
              seed: z.int().min(0),
              start: z.iso.datetime(),
              version: z.string(),
              events: z.array(previewed),
              limited: z
                .boolean()
                .describe('Fewer than n, and there are more: a preview ends at 4 MiB of events, and after about a second of making them.'),
            }),
          },
        },
      },
      async ({ query: { n }, body }) => {
        const at = now();
        const plan = fixedNow(planOf(body, { job: body.id ?? 'preview', run: runName(at), version }), at);
        const seen = await preview(plan, n);
        return { status: 200, body: { seed: plan.seed, start: formatInstant(plan.startUs / 1000), version, ...seen } };
      },
    ),
  ];
}

export function healthRoutes({ jobs }: Pick<ApiDeps, 'jobs'>): Route[] {
  const readiness = z.strictObject({ ready: z.boolean(), temporal: z.boolean(), worker: z.boolean() });
  return [
    defineRoute(
      {
        method: 'get',
        path: '/healthz',
        summary: 'The process answers.',
        answers: { 200: { description: 'It does.', body: z.strictObject({ ok: z.literal(true) }) } },
      },
      () => ({ status: 200, body: { ok: true } }),
    ),
    defineRoute(
      {
        method: 'get',
        path: '/readyz',
        summary: 'Temporal answers and a worker lives.',
        answers: { 200: { description: 'Ready.', body: readiness } },
        problems: [503],
      },
      async () => {
        const { temporal, workers } = await jobs.ready();
        if (!temporal) throw new HttpError(503, 'Temporal does not answer', { 'Retry-After': '2' });
        if (workers === 0) throw new HttpError(503, 'no worker is alive', { 'Retry-After': '2' });
        return { status: 200, body: { ready: true, temporal, worker: true } };
      },
    ),
  ];
}

/** Without `$schema`: these are parts of an answer. */
function describedPlugin({ name, summary, options }: Plugin) {
  const { $schema, ...schema } = z.toJSONSchema(options, { io: 'input', unrepresentable: 'any' });
  return { name, summary, options: { ...($schema === undefined ? {} : { $schema }), ...schema } };
}

function scenarioOf(scenario: (typeof scenarios.plugins)[number]) {
  const defaults = scenario.options.safeParse({});
  const streams = defaults.success ? scenario.streams(defaults.data, { seed: 0, startUs: 0 }) : [];
  return { ...describedPlugin(scenario), version: scenario.version, streams: streams.map(({ name, schema }) => ({ name, event: schema })) };
}
