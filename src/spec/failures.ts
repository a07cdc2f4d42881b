/** Faults of the caller: what is wrong with an input, all of it at once, each with its place and with what is allowed there. */
import { z } from 'zod';
import { expected, explain } from '../explain';
import { isObject } from './objects';

export interface Problem {
  /** JSON Pointer (RFC 6901) into the input; '' is the input itself. */
  path: string;
  /** A sentence that goes on from the path: "must be a number from 0 to 60, got 61". */
  message: string;
}

/** The caller must act: a wrong specification, body, query or file. Nothing has been started or changed. */
export class UserError extends Error {
  readonly code = 'USER';
  constructor(
    message: string,
    readonly problems: readonly Problem[] = [],
  ) {
    super(message);
  }
}

/**
 * Parses `input`; reports every problem at once.
 * @param what names the input in the message: "the job specification"
 * @throws UserError
 */
export function check<S extends z.ZodType>(schema: S, input: unknown, what: string): z.output<S> {
  const result = schema.safeParse(input, { error: explain, reportInput: true });
  if (result.success) return result.data;
  throw refusal(what, problemsOf(result.error.issues));
}

export const refusal = (what: string, problems: readonly Problem[]): UserError =>
  new UserError(`${what} is not valid: ${problems.map(sentence).join('; ')}`, problems);

/** One line for people: the path, then the message. */
const sentence = ({ path, message }: Problem): string => (path === '' ? message : `${path} ${message}`);

/** `['load', 'pace', 0]` → `/load/pace/0`. */
export const pointer = (path: readonly PropertyKey[]): string =>
  path.map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

type Issue = z.core.$ZodIssue;

function problemsOf(issues: readonly Issue[], base: readonly PropertyKey[] = []): Problem[] {
  return issues.flatMap((issue) => {
    const at = [...base, ...issue.path];
    if (issue.code === 'invalid_union' && issue.errors.length > 0) return ofUnion(issue, issue.errors, at);
    if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => ({ path: pointer([...at, key]), message: issue.message }));
    return [{ path: pointer(at), message: issue.message }];
  });
}

/**
 * A union of objects of which one is to be given. zod takes the only branch that fails by nothing but keys unknown to it for the one that is
 * meant and forgets the others: they are asked again, so that `ofUnion` can tell a contradiction from a slip.
 */
export const oneForm = <const T extends readonly z.ZodObject[]>(forms: T, params: { error: (issue: { input?: unknown }) => string }) =>
  z.union(forms, params).check(
    z.superRefine(
      (_, context) => {
        const found = context.issues.find(({ code, path = [] }) => code === 'unrecognized_keys' && path.length === 0);
        if (found === undefined) return;
        const errors = forms.map((form) => form.safeParse(found.input, { error: explain, reportInput: true }).error?.issues ?? []);
        context.issues.splice(0, Infinity, { code: 'invalid_union', input: found.input, errors, message: params.error(found) });
      },
      { when: ({ issues }) => issues.length > 0 },
    ),
  );

/**
 * Explains a union by the branch that the caller meant: the one whose keys fit best. Where the input is of no branch's kind
 * (a number where text or an object is allowed), the union's own message goes before, else all kinds are named.
 */
function ofUnion(union: Issue, branches: readonly (readonly Issue[])[], at: readonly PropertyKey[]): Problem[] {
  const best = [...branches].sort((a, b) => misfit(a) - misfit(b))[0] ?? [];
  if (misfit(best) < OTHER_KIND) return isOfNone(union, branches) ? ofUnknownForm(union, best, at) : ofForm(union, branches, best, at);
  const kinds = new Set(branches.flatMap((issues) => issues.map(({ message }) => message.replace(MESSAGE, '$<allowed>'))));
  const message = union.message === NO_MESSAGE ? expected([...kinds].join(' or '), union.input) : union.message;
  return [{ path: pointer(at), message }];
}

const OTHER_KIND = 1e6;

/** Names of the object's keys that the branch does not know. */
const unknownTo = (branch: readonly Issue[]): string[] =>
  branch.flatMap((issue) => (issue.code === 'unrecognized_keys' && issue.path.length === 0 ? issue.keys : []));

/** Whether the input is an object with no key of any branch, all of which need some. */
const isOfNone = ({ input, message }: Issue, branches: readonly (readonly Issue[])[]): boolean =>
  message !== NO_MESSAGE &&
  isObject(input) &&
  branches.every(
    (branch) =>
      unknownTo(branch).length === Object.keys(input).length && branch.some(({ path, input: at }) => path.length > 0 && at === undefined),
  );

/** None of its keys says which branch is meant: the union's own message tells all of them. */
const ofUnknownForm = ({ message }: Issue, best: readonly Issue[], at: readonly PropertyKey[]): Problem[] => [
  ...unknownTo(best).map((key) => ({ path: pointer([...at, key]), message: 'is not known here' })),
  { path: pointer(at), message },
];

/** By one branch; a key of another is no unknown one, it contradicts the keys that are this branch's alone. */
function ofForm({ input }: Issue, branches: readonly (readonly Issue[])[], best: readonly Issue[], at: readonly PropertyKey[]): Problem[] {
  const known = (branch: readonly Issue[]): string[] => {
    const unknown = new Set(unknownTo(branch));
    return isObject(input) && misfit(branch) < OTHER_KIND ? Object.keys(input).filter((key) => !unknown.has(key)) : [];
  };
  const contradicted = (key: string): string[] => {
    const others = branches.map(known).find((keys) => keys.includes(key)) ?? [];
    return others.length === 0 ? [] : known(best).filter((own) => !others.includes(own));
  };
  const contradictions = new Map(unknownTo(best).map((key) => [pointer([...at, key]), contradicted(key)]));
  return problemsOf(best, at).map(({ path, message }) => {
    const keys = contradictions.get(path) ?? [];
    return { path, message: keys.length === 0 ? message : `contradicts ${keys.join(' and ')}: give one of them` };
  });
}

function misfit(branch: readonly Issue[]): number {
  return branch.reduce((sum, issue) => {
    if (issue.path.length === 0 && (issue.code === 'invalid_type' || isOfOtherKind(issue))) return sum + OTHER_KIND;
    if (issue.code === 'unrecognized_keys') return sum + 100 * issue.keys.length;
    if (issue.path.length !== 1) return sum + 1;
    return sum + (issue.code === 'invalid_value' || issue.input === undefined ? 100 : 1);
  }, 0);
}

/** A number or an object where one of some texts is allowed. */
const isOfOtherKind = (issue: Issue): boolean =>
  issue.code === 'invalid_value' && issue.values.every((value) => typeof value !== typeof issue.input);

/** What zod says when nobody else does. */
const NO_MESSAGE = 'Invalid input';
const MESSAGE = /^(?:must be|is missing:) (?<allowed>.*?)(?:, got [^,]*)?$/;
