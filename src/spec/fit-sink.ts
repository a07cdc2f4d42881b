/** A sink and the scenario whose events it gets: what of its options depends on the scenario is checked and put in. */
import { z } from 'zod';
import type { Choice } from '../registry';
import { scenarios } from '../scenarios';
import { sinks } from '../sinks';
import type { ScenarioShape } from '../sinks/sink';
import { isObject } from './objects';

interface Fitted {
  sink: Choice;
  /** At their paths within the sink. */
  problems: { path: string[]; message: string }[];
}

/** Doing it again changes nothing. @param scenario a valid choice, as `sink` is */
export function fitSink(scenario: Choice, sink: Choice): Fitted {
  const { fit } = sinks.get(sink.name);
  if (fit === undefined) return { sink, problems: [] };
  const { options, problems } = fit(sink.options, shapeOf(scenario));
  return { sink: { ...sink, options }, problems };
}

/** Holds the sink of a specification against its scenario; whatever else is wrong with either is told by their own schemas. */
export const sinkFitsScenario = z.superRefine(
  ({ scenario, sink }: { scenario: Choice; sink: Choice }, ctx) => {
    const of = [
      scenarios.plugins.find(({ name }) => name === scenario.name),
      sinks.plugins.find(({ name }) => name === sink.name),
    ] as const;
    const [domain, place] = [of[0]?.options.safeParse(scenario.options), of[1]?.options.safeParse(sink.options)];
    if (domain?.success !== true || place?.success !== true) return;
    for (const { path, message } of fitSink({ ...scenario, options: domain.data }, { ...sink, options: place.data }).problems)
      ctx.addIssue({ code: 'custom', path: ['sink', ...path], message });
  },
  // Also when other keys are wrong, so that all problems are reported at once.
  { when: ({ value }) => isChoice(value, 'scenario') && isChoice(value, 'sink') },
);

const isChoice = (value: unknown, key: string): boolean => {
  const choice = isObject(value) ? value[key] : undefined;
  return isObject(choice) && 'options' in choice;
};

/** Field that is to be the key of the stream's events; undefined: the scenario's own. */
export const keyFieldOf = (sink: Choice, stream: string): string | undefined => sinks.get(sink.name).keyOf?.(sink.options, stream);

function shapeOf({ name, options }: Choice): ScenarioShape {
  // Which streams and fields there are depends on the options alone.
  const streams = scenarios.get(name).streams(options, { seed: 0, startUs: 0 });
  return { name, streams: streams.map((stream) => ({ name: stream.name, fields: requiredOf(stream.schema['required']) })) };
}

const requiredOf = (required: unknown): string[] => (Array.isArray(required) ? required.map(String) : []);
