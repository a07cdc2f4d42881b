/** The sinks of a process: each opened once for its options, when the first job asks for it. */
import type { Choice } from '../registry';
import { sinks } from '.';
import type { Sink, SinkDeps } from './sink';

export interface OpenSinks {
  /** @param choice as the specification's schema answers it */
  of(choice: Choice): Sink;
  close(): Promise<void>;
}

export function openSinks(deps: SinkDeps): OpenSinks {
  const open = new Map<string, Sink>();
  return {
    of({ name, options }) {
      const key = `${name} ${JSON.stringify(options)}`;
      const known = open.get(key);
      if (known !== undefined) return known;
      const definition = sinks.get(name);
      const sink = definition.create(definition.options.parse(options), deps);
      open.set(key, sink);
      return sink;
    },
    async close() {
      await Promise.all([...open.values()].map((sink) => sink.close()));
      open.clear();
    },
  };
}
