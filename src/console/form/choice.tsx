/** A value of one kind or another: first which, then its fields. */
import type { JSX } from 'preact';
import { Labelled } from './labelled';
import { alternativeName, alternativeOf, blank, type Schema } from './schema';
import { Fields, SchemaField, type FieldProps } from './schema-field';

export function Choice({ alternatives, ...props }: FieldProps & { alternatives: readonly Schema[] }): JSX.Element {
  const { schema, name, path, required, value, problems, change } = props;
  const chosen = value === undefined ? -1 : alternativeOf(alternatives, value);
  const alternative = alternatives[chosen];
  const choose = (text: string): void => {
    const next = alternatives[Number(text)];
    change(text === '' || next === undefined ? undefined : blank(next));
  };
  return (
    <div class="choice">
      <Labelled
        name={name}
        path={path}
        required={required}
        hint={schema.description}
        problems={problems}
        control={(control) => (
          <select {...control} value={chosen === -1 ? '' : String(chosen)} onChange={(event) => choose(event.currentTarget.value)}>
            {(required !== true || chosen === -1) && <option value="">none</option>}
            {alternatives.map((one, i) => (
              <option key={i} value={String(i)}>
                {alternativeName(one)}
              </option>
            ))}
          </select>
        )}
      />
      {alternative !== undefined && (
        <div class="chosen">
          {alternative.properties === undefined ? (
            <SchemaField {...props} schema={alternative} name={alternativeName(alternative)} path={path} problems={[]} required />
          ) : (
            <Fields schema={alternative} path={path} value={value} problems={problems} change={change} />
          )}
        </div>
      )}
    </div>
  );
}
