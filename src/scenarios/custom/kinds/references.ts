/** Kinds of fields that take up what earlier fields have written. */
import { z } from 'zod';
import { ref as refField, text as textField } from '../../../fields';
import { nearest } from '../../../registry';
import { defineKind, type Inside, jsonBytes, type Made, NUMBER_US, type Problem, Wrong } from '../kind';
import { isScalar, nestedFields, text as template } from '../parameters';

export const ref = defineKind({
  name: 'ref',
  summary: 'What an earlier field of the event has, once more.',
  example: '{ ref: id }',
  parameters: z.strictObject({ ref: z.string() }),
  make: ({ ref: name }, inside) => refTo(name, inside) ?? refuse(['ref'], `names '${name}', ${noField(name, inside)}`),
});

/** undefined: there is no such field. */
function refTo(name: string, inside: Inside): Made | undefined {
  // It says itself what is wrong with it.
  if (inside.isWrong(name)) throw new Wrong([]);
  const other = inside.earlier(name);
  return other && { field: refField(name, other.field.schema), bytes: other.bytes, costUs: NUMBER_US };
}

function noField(name: string, inside: Inside): string {
  const names = inside.earlierNames();
  if (names.length === 0) return 'but no field comes before it';
  const near = nearest(name, names);
  return `which is not among the fields before it${near === undefined ? '' : `: did you mean '${near}'?`} (fields: ${names.join(', ')})`;
}

function refuse(path: string[], message: string): never {
  throw new Wrong([{ path, message }]);
}

export const text = defineKind({
  name: 'text',
  summary: 'A text with values in it: {name} is the field of that name in `with`, or an earlier field of the event.',
  example: "{ text: 'SKU-{n}', with: { n: { int: [100, 999] } } }",
  parameters: z.strictObject({ text: template, with: nestedFields.optional() }),
  inner: { with: 'fields?' },
  make: ({ text: written }, inside) => {
    const places = [...written.matchAll(PLACE)].map(([, name = '']) => name);
    if (places.length === 0) refuse(['text'], 'has no {name} in it; a text that is always the same is a const');
    const own = inside.all('with');
    const fields = new Map([...new Set(places)].map((name) => [name, own.get(name) ?? refTo(name, inside)] as const));
    const problems = [...unused(own, places), ...[...fields].flatMap(([name, made]) => unwritable(name, made, own.has(name), inside))];
    if (problems.length > 0) throw new Wrong(problems);
    const all = places.flatMap((name) => fields.get(name) ?? []);
    return {
      field: textField(
        written,
        Object.fromEntries([...fields].flatMap(([name, made]) => (made === undefined ? [] : [[name, made.field]]))),
      ),
      bytes: jsonBytes(written) + all.reduce((sum, { bytes }) => sum + bytes, 0),
      costUs: NUMBER_US + all.reduce((sum, { costUs }) => sum + costUs, 0),
    };
  },
});

const PLACE = /\{(\w+)\}/g;

const unused = (own: ReadonlyMap<string, Made>, places: readonly string[]): Problem[] =>
  [...own.keys()]
    .filter((name) => !places.includes(name))
    .map((name) => ({ path: ['with', name], message: `is nowhere in the text: {${name}} is where it would be` }));

function unwritable(name: string, made: Made | undefined, isOwn: boolean, inside: Inside): Problem[] {
  if (made === undefined) return [{ path: ['text'], message: `has {${name}} in it, which is not in with and ${noField(name, inside)}` }];
  if (isScalar(made.field)) return [];
  const message = 'cannot stand in a text: only what is text, a number, true or false in each event can';
  return [isOwn ? { path: ['with', name], message } : { path: ['text'], message: `has {${name}} in it, which ${message}` }];
}
