/** Names: which topic a part writes to, under which ids. */
import type { PartAddress, SinkDeps } from '../sink';

export interface Place {
  readonly part: PartAddress;
  readonly topic: string;
  /** Fences: one writer at a time has it, over all runs of the job. */
  readonly transactionalId: string;
  /** Whose offset is the progress. */
  readonly group: string;
}

/** Of a topic's name. */
export const fill = (template: string, names: Readonly<Record<string, string>>): string =>
  template.replaceAll(/\{(\w+)\}/g, (whole, name: string) => names[name] ?? whole);

/** @param namespace UUID of the Temporal namespace: two stacks on one broker do not touch each other's jobs */
export function placeOf(topic: string, namespace: string, part: PartAddress): Place {
  const { job, run, stream, shard } = part;
  return {
    part,
    topic: fill(topic, { stream }),
    transactionalId: `evergen.${namespace}.${job}.${stream}.${String(shard)}`,
    group: `evergen.${namespace}.${job}.${run}.${stream}.${String(shard)}`,
  };
}

export function namespaceOf({ namespace }: SinkDeps): string {
  if (namespace === undefined) throw new Error('the kafka sink was opened without the id of the Temporal namespace');
  return namespace;
}
