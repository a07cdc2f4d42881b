/** The job specification: one schema for the facade, the command line and the worker. */
import { z } from 'zod';
import { quality, wireQuality, type Quality } from '../quality';
import { wireForm } from '../registry';
import { scenarios } from '../scenarios';
import { sinks } from '../sinks';
import { cadenceFitsLoad } from './cadence';
import { expectations, expectationsFit } from './expect';
import { check } from './failures';
import { faultsFitScenario, withFaults } from './faults';
import { fitSink, sinkFitsScenario } from './fit-sink';
import { load } from './pace';
import { timeline } from './timeline';

const ID = /^[a-z0-9][a-z0-9-]{0,62}$/;

export const jobId = z
  .string({ error: ({ input }) => (typeof input === 'number' ? `must be text: put it in quotes ("${String(input)}")` : undefined) })
  .regex(ID, { error: 'must be 1 to 63 of a-z, 0-9 and -, beginning with a letter or digit' });

/** Id of a job as one may be asked for: of a specification, or that of a scheduled run (`nightly-2026-01-05T23:10:00Z`). */
export const startedId = z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}(-\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)?$/, {
  error: 'must be the id of a job: 1 to 63 of a-z, 0-9 and -, and of a scheduled run its instant, as in nightly-2026-01-05T23:10:00Z',
});

export const seed = z.int().min(0).max(0xffff_ffff);

/** Shape of the specification. */
export const jobSpec = z
  .strictObject({
    id: jobId.optional().describe('Job id; default: the scenario and a time-sortable suffix.'),
    seed: seed.optional().describe('Default: a hash of job id and run, shown in the status.'),
    scenario: scenarios.choice,
    load: load.prefault({}),
    shards: z
      .int()
      .min(1)
      .max(64)
      .default(1)
      .describe('Parallel writers of one stream: 1 to 64. Who writes a batch changes, never what is in it.'),
    sink: sinks.choice,
    quality: quality.optional(),
    expect: expectations.optional(),
    timeline: timeline.optional(),
  })
  .check(cadenceFitsLoad, faultsFitScenario, sinkFitsScenario, expectationsFit);

/** A valid specification, defaults filled in, durations and instants in canonical form. */
export type JobSpec = Omit<z.output<typeof jobSpec>, 'quality'> & { quality?: Quality };

/**
 * @param input anything: a request body, a parsed file, `plan.spec`
 * @throws UserError with every problem at its path
 */
export const parseJobSpec = (input: unknown): JobSpec => resolved(check(jobSpec, input, 'the job specification'));

/** What depends on more than one key is put in. @param valid as the schema answers it */
export function resolved({ quality, ...spec }: z.output<typeof jobSpec>): JobSpec {
  const fitted = { ...spec, sink: fitSink(spec.scenario, spec.sink).sink };
  return quality === undefined ? fitted : { ...fitted, quality: withFaults(spec.scenario, quality) };
}

/** The resolved specification as it goes over the wire and into `plan.spec`: plain JSON that `parseJobSpec` reads to the same value. */
export const wireSpec = ({ scenario, sink, quality, ...rest }: JobSpec) => ({
  ...rest,
  scenario: wireForm(scenario),
  sink: wireForm(sink),
  ...(quality === undefined ? {} : { quality: wireQuality(quality) }),
});
