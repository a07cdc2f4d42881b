/** Values one after the other, to be added and taken away. */
import type { JSX } from 'preact';
import { blank, fieldId, pointer, type Schema } from './schema';
import { SchemaField, type FieldProps } from './schema-field';

export function List({ schema, name, path, value, problems, change, items }: FieldProps & { items: Schema }): JSX.Element {
  const known: unknown[] = Array.isArray(value) ? value : [];
  const own = problems.filter((problem) => problem.path === path);
  return (
    <fieldset class="list" id={fieldId(path)} tabIndex={-1}>
      <legend>{name}</legend>
      {schema.description !== undefined && <p class="hint">{schema.description}</p>}
      {own.map(({ message }) => (
        <p key={message} class="problem">
          {message}
        </p>
      ))}
      {known.map((item, i) => (
        <div key={i} class="item">
          <SchemaField
            schema={items}
            name={`${name} ${String(i + 1)}`}
            path={pointer(path, i)}
            required
            value={item}
            problems={problems}
            change={(inner) => change(known.map((before, j) => (j === i ? inner : before)))}
          />
          <button type="button" aria-label={`Take away ${name} ${String(i + 1)}`} onClick={() => change(known.filter((_, j) => j !== i))}>
            ✕
          </button>
        </div>
      ))}
      <button type="button" onClick={() => change([...known, blank(items)])}>
        Add one
      </button>
    </fieldset>
  );
}
