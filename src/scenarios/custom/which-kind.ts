/** Which kind of field is meant: by its name alone, or by the one key of an object that is a kind's name. */
import { expected } from '../../explain';
import { nearest } from '../../registry';
import type { Kind, Problem } from './kind';
import { kinds } from './kinds';

const byName = new Map(kinds.map((kind) => [kind.name, kind]));
const names = [...byName.keys()];
const alone = kinds.filter((kind) => 'alone' in kind).map(({ name }) => name);

/** The kind with its parameters, the key of its name among them; or what is wrong. */
type Found = { kind: Kind; wire: Record<string, unknown>; problem?: never } | { kind?: never; wire?: never; problem: Problem };

export function kindOf(input: unknown): Found {
  if (typeof input === 'string') return byWord(input);
  if (!isMap(input)) return wrong(expected(FIELD, input));
  const keys = Object.keys(input);
  const [first, second] = keys.filter((key) => byName.has(key));
  if (first !== undefined && second !== undefined) return wrong(`is both ${first} and ${second}: a field is of one kind`);
  const kind = first === undefined ? undefined : byName.get(first);
  if (kind !== undefined) return { kind, wire: input };
  const slip = keys.find((key) => near(key) !== undefined) ?? keys[0];
  return slip === undefined ? wrong(expected(FIELD, input)) : wrong(unknownKind(slip), slip);
}

const FIELD = `a field: ${alone.join(', ')}, or an object such as { int: [1, 99] }`;

const wrong = (message: string, ...path: string[]): Found => ({ problem: { path, message } });

function byWord(word: string): Found {
  const kind = byName.get(word);
  if (kind === undefined) return wrong(unknownKind(word));
  if (!('alone' in kind)) return wrong(`needs more than the word ${word}, as in ${kind.example}`);
  return { kind, wire: { [word]: kind.alone } };
}

/** What others call it. */
const ALSO: Readonly<Record<string, string>> = {
  ...{ integer: 'int', number: 'float', double: 'float', decimal: 'float' },
  ...{ string: 'text', template: 'text', faker: 'fake', constant: 'const', enum: 'one_of', choice: 'one_of' },
  ...{ boolean: 'chance', bool: 'chance', guid: 'uuid', timestamp: 'time', date: 'time', datetime: 'time' },
  ...{ object: 'record', array: 'list', nullable: 'optional', counter: 'sequence' },
};

const near = (name: string): string | undefined => (Object.hasOwn(ALSO, name) ? ALSO[name] : nearest(name, names));

function unknownKind(name: string): string {
  const meant = near(name);
  const shown = name.length > 40 ? `${name.slice(0, 40)}…` : name;
  return `unknown kind of field '${shown}'${meant === undefined ? '' : `: did you mean '${meant}'?`} (known: ${names.join(', ')})`;
}

export const isMap = (input: unknown): input is Record<string, unknown> =>
  typeof input === 'object' && input !== null && !Array.isArray(input);
