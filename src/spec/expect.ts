/** `expect`: gates over the outcome of a job, `PATH OP NUMBER` or `PATH OP PATH`. They judge the numbers of the job as callers see it, and change nothing in it. */
import { z } from 'zod';
import { nearest, wireForm, type Choice } from '../registry';
import { scenarios } from '../scenarios';
import { expected } from '../explain';
import { isObject } from './objects';

/** A rule as it is judged: `value` is what stands at its left path, null where nothing is (yet). */
export interface Judged {
  rule: string;
  value: number | null;
  ok: boolean;
}

const MAX_RULES = 100;
const FORM = 'PATH OP NUMBER or PATH OP PATH with one of <= >= == != < >, such as "lateness_ms.p99 <= 25"';
const PATH = String.raw`[A-Za-z_][\w-]*(?:\.[\w-]+)*`;
const RULE = new RegExp(String.raw`^\s*(${PATH})\s*(<=|>=|==|!=|<|>)\s*(?:(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|(${PATH}))\s*$`);

const COMPARE: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  '<=': (a, b) => a <= b,
  '>=': (a, b) => a >= b,
  '==': (a, b) => a === b,
  '!=': (a, b) => a !== b,
  '<': (a, b) => a < b,
  '>': (a, b) => a > b,
};

interface Rule {
  left: string;
  operator: string;
  /** A number, or the path of one. */
  right: number | string;
}

function parsed(text: string): Rule | null {
  const [, left, operator, number, path] = RULE.exec(text) ?? [];
  if (left === undefined || operator === undefined) return null;
  return { left, operator, right: number === undefined ? (path ?? '') : Number(number) };
}

const rule = z.string({ error: ({ input }) => expected(FORM, input) }).check(
  z.superRefine((text, ctx) => {
    if (text.length > 300 || parsed(text) === null) ctx.addIssue({ code: 'custom', message: expected(FORM, text) });
  }),
);

export const expectations = z
  .array(rule)
  .max(MAX_RULES, { error: `must be at most ${String(MAX_RULES)} rules` })
  .describe(
    'Gates over the outcome: PATH OP NUMBER or PATH OP PATH, paths into the job as its status shows it. They change nothing in what is made.',
  );

const NUMBERS = { scheduled: 0, emitted: 0, valid: 0, corrupted: 0, skipped: 0, rejected: 0, bytes: 0, batches: 0 };
const LATENESS = { p50: 0, p99: 0, max: 0 };

interface Gated {
  scenario: Choice;
  sink: Choice;
  load: { pace?: object | undefined };
  expect?: readonly string[] | undefined;
}

/** Refuses paths at which a job of this specification has no number; what else is wrong with it is told by the schemas. */
export const expectationsFit = z.superRefine(
  (spec: Gated, ctx) => {
    const numbers = numbersOf(spec.scenario, spec.load.pace ?? {}, {
      ...spec,
      scenario: wireForm(spec.scenario),
      sink: wireForm(spec.sink),
    });
    for (const [i, text] of (spec.expect ?? []).entries()) {
      const { left, right } = parsed(text) ?? { left: 0, right: 0 };
      for (const path of new Set([left, right])) {
        if (typeof path === 'number' || numberAt(numbers, path) !== null) continue;
        const message = `names ${path}, where a job of this specification has no number${instead(path, numbers)}`;
        ctx.addIssue({ code: 'custom', path: ['expect', i], message });
      }
    }
  },
  // Also when other keys are wrong, so that all problems are reported at once.
  {
    when: ({ value, issues }) => isObject(value) && !issues.some(({ path }) => NEEDED.includes(path?.[0])),
  },
);

const NEEDED: readonly unknown[] = ['scenario', 'sink', 'load', 'expect'];

/** The numbers that a job has from its start to its end; a test holds them against the job's own schema. */
function numbersOf({ name, options }: Choice, pace: object, spec: object): object {
  const streams = scenarios.get(name).streams(options, { seed: 0, startUs: 0 });
  const ofStream = { next_batch: 0, ...NUMBERS, lateness_ms: LATENESS };
  return {
    seed: 0,
    planned_events: 0,
    paused_ms: 0,
    pace,
    totals: NUMBERS,
    lateness_ms: LATENESS,
    streams: Object.fromEntries(streams.map((stream) => [stream.name, ofStream])),
    spec,
  };
}

function instead(path: string, numbers: object): string {
  const known = pathsOf(numbers);
  const near = nearest(path, known);
  return near === undefined ? ` (numbers: ${known.join(', ')})` : `: did you mean '${near}'?`;
}

const pathsOf = (value: object, base = ''): string[] =>
  Object.entries(value).flatMap(([key, inner]: [string, unknown]) => {
    const path = `${base}${key}`;
    if (typeof inner === 'number') return [path];
    return typeof inner === 'object' && inner !== null && !Array.isArray(inner) ? pathsOf(inner, `${path}.`) : [];
  });

function numberAt(body: object, path: string): number | null {
  const found = path
    .split('.')
    .reduce<unknown>(
      (at, key) => (typeof at === 'object' && at !== null && Object.hasOwn(at, key) ? at[key as keyof typeof at] : null),
      body,
    );
  return typeof found === 'number' ? found : null;
}

/** @param rules valid ones @param body the job as its status shows it */
export const judge = (rules: readonly string[], body: object): Judged[] =>
  rules.map((text) => {
    const { left, operator, right } = parsed(text) ?? { left: '', operator: '', right: '' };
    const value = numberAt(body, left);
    const against = typeof right === 'number' ? right : numberAt(body, right);
    return { rule: text, value, ok: value !== null && against !== null && COMPARE[operator]?.(value, against) === true };
  });
