/** Reads a field that was declared as plain data: which kind it is, its parameters, the fields in it; all that is wrong with them at once. */
import { expected, explain } from '../../explain';
import { nearest } from '../../registry';
import { type Holds, type Inside, type Kind, type Made, type Problem, Wrong } from './kind';
import type { Names } from './names';
import { isMap, kindOf } from './which-kind';

export interface Read<T> {
  /** null exactly when something is wrong. */
  readonly made: T | null;
  /** At paths below the input. None where the fault is an earlier field's, which has told it. */
  readonly problems: readonly Problem[];
}

type Fields = ReadonlyMap<string, Made>;

function readField(input: unknown, known: Names): Read<Made> {
  const { kind, wire, problem } = kindOf(input);
  if (kind === undefined) return { made: null, problems: [problem] };
  const inner = new Inner(known);
  for (const [key, what] of Object.entries(kind.inner ?? {})) inner.read(key, what, wire[key]);
  const parsed = kind.parameters.safeParse(wire, { error: explain, reportInput: true });
  const problems = [...inner.problems, ...parameterProblems(kind, parsed.error?.issues ?? [])];
  if (!parsed.success || problems.length > 0 || inner.broken) return { made: null, problems };
  try {
    return { made: kind.make(parsed.data, inner), problems: [] };
  } catch (failure) {
    if (failure instanceof Wrong) return { made: null, problems: failure.problems };
    return { made: null, problems: [{ path: [], message: failure instanceof Error ? failure.message : String(failure) }] };
  }
}

interface Issue {
  readonly code: string;
  readonly path: PropertyKey[];
  readonly message: string;
  readonly keys?: readonly string[];
}

/** Those of keys that hold fields are told by `Inner`. */
function parameterProblems({ parameters, inner = {} }: Kind, issues: readonly Issue[]): Problem[] {
  return issues.flatMap(({ path, message, keys }): Problem[] => {
    if (keys === undefined) return typeof path[0] === 'string' && Object.hasOwn(inner, path[0]) ? [] : [{ path, message }];
    return keys.map((key) => {
      const near = path.length === 0 ? nearest(key, Object.keys(parameters.shape)) : undefined;
      return { path: [...path, key], message: near === undefined ? message : `is not known here: did you mean '${near}'?` };
    });
  });
}

/** What stands in a field, read before the field itself is made. */
class Inner implements Inside {
  readonly problems: Problem[] = [];
  broken = false;
  private readonly ones = new Map<string, Made>();
  private readonly alls = new Map<string, Fields>();

  constructor(private readonly known: Names) {}

  read(key: string, what: Holds, input: unknown): void {
    if (what === 'fields?' && input === undefined) return;
    const { made, problems } = this.readOne(key, what, input);
    this.problems.push(...below(key, problems));
    this.broken ||= made === null;
  }

  private readOne(key: string, what: Holds, input: unknown): Read<unknown> {
    if (what === 'field') return kept(this.ones, key, readField(input, this.known));
    const read = what === 'record' ? readRecord(input, this.known.inside()) : readFields(input, (field) => readField(field, this.known));
    return kept(this.alls, key, read);
  }

  one(key: string): Made {
    return this.ones.get(key) ?? never(key);
  }

  all(key: string): Fields {
    return this.alls.get(key) ?? new Map<string, Made>();
  }

  earlier(name: string): Made | undefined {
    return this.known.find(name) ?? undefined;
  }

  earlierNames(): string[] {
    return this.known.all();
  }

  isWrong(name: string): boolean {
    return this.known.find(name) === null;
  }

  tabulate(values: number): boolean {
    return this.known.tabulate(values);
  }
}

function kept<T>(where: Map<string, T>, key: string, read: Read<T>): Read<T> {
  if (read.made !== null) where.set(key, read.made);
  return read;
}

function never(key: string): never {
  throw new Error(`${key} is no key that holds fields`);
}

/** The fields of a record, each of which sees those before it. @param known what is seen around the record; gets its fields */
export function readRecord(input: unknown, known: Names): Read<Fields> {
  return readFields(input, (field, name) => {
    if (!NAME.test(name) || name in {}) return refused(`has a name that no field can have; allowed: ${NAMES}`);
    const read = readField(field, known);
    known.add(name, read.made);
    return read;
  });
}

/** Without dots, which are for paths, and not beginning with a digit, as JavaScript moves keys that are numbers to the front. */
const NAME = /^[\p{L}_@$][\p{L}\p{N}_@$: -]{0,63}$/u;
const NAMES = '1 to 64 letters, digits, spaces and _ - @ $ :, not beginning with a digit, and nothing that every object has (constructor)';

function readFields(input: unknown, read: (field: unknown, name: string) => Read<Made>): Read<Fields> {
  if (!isMap(input)) return refused(expected('an object of fields by name', input));
  const all = Object.entries(input).map(([name, field]) => [name, read(field, name)] as const);
  if (all.length === 0) return refused('must have at least one field');
  const made = all.flatMap(([name, { made }]) => (made === null ? [] : [[name, made] as const]));
  return {
    made: made.length === all.length ? new Map(made) : null,
    problems: all.flatMap(([name, { problems }]) => below(name, problems)),
  };
}

const refused = (message: string) => ({ made: null, problems: [{ path: [], message }] });

export const below = (key: string, problems: readonly Problem[]): Problem[] =>
  problems.map(({ path, message }) => ({ path: [key, ...path], message }));
