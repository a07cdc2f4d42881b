/** One value: text, a number, one of a few words, yes or no, or anything at all as JSON. */
import type { JSX } from 'preact';
import { Labelled, type ControlProps } from './labelled';
import { numberOr, type Schema } from './schema';
import type { FieldProps } from './schema-field';

export const Scalar = (props: FieldProps): JSX.Element => {
  const { schema, name, path, required, problems } = props;
  return (
    <Labelled
      name={name}
      path={path}
      required={required}
      hint={schema.description}
      problems={problems}
      control={(control) => <Control {...props} control={control} />}
    />
  );
};

function Control({ schema, value, change, required, control }: FieldProps & { control: ControlProps }): JSX.Element {
  if (schema.enum !== undefined || schema.type === 'boolean') {
    const words = schema.enum ?? ['true', 'false'];
    const chosen = value === undefined ? '' : String(value);
    const choose = (text: string): void => change(text === '' ? undefined : schema.type === 'boolean' ? text === 'true' : text);
    return (
      <select {...control} value={chosen} onChange={(event) => choose(event.currentTarget.value)}>
        {required !== true && <option value="">{defaultText(schema)}</option>}
        {words.map((word) => (
          <option key={word} value={word}>
            {word === 'true' ? 'yes' : word === 'false' ? 'no' : word}
          </option>
        ))}
      </select>
    );
  }
  const isNumber = schema.type === 'integer' || schema.type === 'number';
  const isText = schema.type === 'string';
  const text = value === undefined ? '' : typeof value === 'string' ? value : JSON.stringify(value);
  const typed = (given: string): void =>
    change(given === '' && required !== true ? undefined : isNumber ? numberOr(given) : isText ? given : jsonOr(given));
  return (
    <input
      {...control}
      value={text}
      inputMode={isNumber ? 'decimal' : 'text'}
      autocomplete="off"
      spellcheck={false}
      placeholder={schema.default === undefined ? (isText || isNumber ? '' : '{}') : defaultText(schema)}
      onInput={(event) => typed(event.currentTarget.value)}
    />
  );
}

const defaultText = ({ default: value, type }: Schema): string =>
  value === undefined
    ? '–'
    : `${type === 'boolean' ? (value === true ? 'yes' : 'no') : typeof value === 'string' ? value : JSON.stringify(value)} (default)`;

function jsonOr(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
