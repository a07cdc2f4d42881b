/** A scenario or a sink: which, and its options as its own JSON Schema has them. */
import type { JSX } from 'preact';
import type { Problem } from '../facade/call';
import { Labelled } from './labelled';
import { isRecord, type Schema, without } from './schema';
import { Fields } from './schema-field';

export interface Plugin {
  name: string;
  summary: string;
  options: Schema;
}

interface PluginFieldProps {
  name: string;
  path: string;
  plugins: readonly Plugin[];
  /** A name, or an object with a name and options. */
  value: unknown;
  problems: readonly Problem[];
  change(value: unknown): void;
}

export function PluginField({ name, path, plugins, value, problems, change }: PluginFieldProps): JSX.Element {
  const { name: chosen, ...given } = isRecord(value) ? value : { name: value };
  const options = without(given, 'version');
  const plugin = plugins.find((one) => one.name === chosen);
  // A problem of the choice itself is said of the name when the name was given with options.
  const own = problems.map((problem) => (problem.path === `${path}/name` ? { ...problem, path } : problem));
  return (
    <fieldset>
      <legend>{name}</legend>
      <Labelled
        name={`Which ${name.toLowerCase()}`}
        path={path}
        required
        hint={plugin?.summary}
        problems={own}
        control={(control) => (
          <select
            {...control}
            value={typeof chosen === 'string' ? chosen : ''}
            onChange={(event) => change({ name: event.currentTarget.value })}
          >
            {plugins.map((one) => (
              <option key={one.name} value={one.name}>
                {one.name}
              </option>
            ))}
          </select>
        )}
      />
      {plugin !== undefined && (
        <Fields
          schema={plugin.options}
          path={path}
          value={options}
          problems={problems}
          change={(next) => change({ name: chosen, ...(isRecord(next) ? next : {}) })}
        />
      )}
    </fieldset>
  );
}
