/** The sinks, one line each. */
import { createRegistry, type Choice } from '../registry';
import { disk } from './disk';
import { drop } from './drop';
import { folders } from './folders';
import { http } from './http';
import { kafka } from './kafka';
import { memory } from './memory';
import type { Sink, SinkDefinition, SinkDeps } from './sink';

export const sinks = createRegistry<SinkDefinition>('sink', [disk, folders, kafka, http, drop, memory]);

/** Opens the sink that a specification chose. */
export function createSink({ name, options }: Choice, deps: SinkDeps): Sink {
  const sink = sinks.get(name);
  return sink.create(sink.options.parse(options), deps);
}
