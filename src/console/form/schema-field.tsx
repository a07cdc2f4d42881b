/** A field of a form, made of its JSON Schema; the facade's problems stand at the fields that they are about. */
import type { JSX } from 'preact';
import type { Problem } from '../facade/call';
import { Choice } from './choice';
import { List } from './list';
import { Scalar } from './scalar';
import { isRecord, pointer, pruned, type Schema, without as omit, words } from './schema';

export interface FieldProps {
  schema: Schema;
  name: string;
  /** JSON Pointer of the value. */
  path: string;
  required?: boolean;
  value: unknown;
  problems: readonly Problem[];
  /** undefined: left out. */
  change(value: unknown): void;
}

export function SchemaField(props: FieldProps): JSX.Element {
  const { schema } = props;
  if (schema.anyOf !== undefined) return <Choice {...props} alternatives={schema.anyOf} />;
  if (schema.type === 'array' && schema.items !== undefined) return <List {...props} items={schema.items} />;
  if (schema.type === 'object' && schema.properties !== undefined) return <Group {...props} />;
  return <Scalar {...props} />;
}

/** Fields of an object in a frame of their own. */
function Group({ name, schema, problems, ...props }: FieldProps): JSX.Element {
  const own = problems.filter(({ path }) => path === props.path);
  return (
    <fieldset>
      <legend>{name}</legend>
      {schema.description !== undefined && <p class="hint">{schema.description}</p>}
      {own.map(({ message }) => (
        <p key={message} class="problem">
          {message}
        </p>
      ))}
      <Fields {...props} schema={schema} problems={problems} needed={props.required === true || pruned(props.value) !== undefined} />
    </fieldset>
  );
}

interface FieldsProps extends Omit<FieldProps, 'name' | 'required'> {
  /** Keys that are shown elsewhere. */
  without?: readonly string[];
  /** Whether there must be what the schema requires: an object that may be left out altogether requires nothing. */
  needed?: boolean;
}

/** The fields of an object, one by one. */
export function Fields({ schema, path, value, problems, change, without = [], needed = true }: FieldsProps): JSX.Element {
  const known = isRecord(value) ? value : {};
  const keys = Object.keys(schema.properties ?? {}).filter((key) => !without.includes(key));
  return (
    <>
      {keys.map((key) => (
        <SchemaField
          key={key}
          schema={schema.properties?.[key] ?? {}}
          name={words(key)}
          path={pointer(path, key)}
          required={needed && schema.required?.includes(key) === true}
          value={known[key]}
          problems={problems}
          change={(inner) => {
            change(inner === undefined ? omit(known, key) : { ...known, [key]: inner });
          }}
        />
      ))}
    </>
  );
}
