/** A specification from text or a file, YAML or JSON; problems say line and column. */
import { readFile } from 'node:fs/promises';
import { LineCounter, parseDocument, type Document } from 'yaml';
import { refusal, UserError, type Problem } from './failures';
import { parseJobSpec, type JobSpec } from './job-spec';

/** @throws UserError */
export async function loadSpecFile(file: string): Promise<JobSpec> {
  return loadSpec(await readSpecFile(file), file);
}

async function readSpecFile(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    const code = typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : undefined;
    if (code === 'ENOENT') throw new UserError(`${file}: there is no such file`);
    if (code === 'EISDIR') throw new UserError(`${file} is a folder, not a specification`);
    throw new UserError(`${file} cannot be read: ${String(cause)}`);
  }
}

/**
 * @param source names the text in messages: the file, "standard input", "the request"
 * @throws UserError
 */
export const loadSpec = (text: string, source: string): JobSpec => loadText(text, source, parseJobSpec);

/**
 * Any document of ours.
 * @param parse of the value that the text stands for; its problems get their places
 * @throws UserError
 */
export function loadText<T>(text: string, source: string, parse: (value: unknown) => T): T {
  const lines = new LineCounter();
  const document = parseText(text, source, lines);
  const value = valueOf(document, source);
  try {
    return parse(value);
  } catch (failure) {
    if (!(failure instanceof UserError)) throw failure;
    throw refusal(
      source,
      failure.problems.map((problem) => placed(problem, document, lines)),
    );
  }
}

/** Text that is no YAML or JSON at all: syntax, duplicate keys, more than one document. */
export class SyntaxFault extends UserError {}

function parseText(text: string, source: string, lines: LineCounter): Document {
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true, stringKeys: true });
  if (document.errors.length > 0) {
    const problems = document.errors.map(({ message, pos }) => ({ path: '', message: `${message} ${where(lines, pos[0])}` }));
    throw new SyntaxFault(`${source} is neither YAML nor JSON: ${problems.map(({ message }) => message).join('; ')}`, problems);
  }
  return document;
}

/** Aliases that stand for more than anybody writes by hand, or for themselves. */
function valueOf(document: Document, source: string): unknown {
  try {
    return document.toJS();
  } catch (cause) {
    throw new SyntaxFault(`${source} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
}

const where = (lines: LineCounter, offset: number): string => {
  const { line, col } = lines.linePos(offset);
  return `(line ${String(line)}, column ${String(col)})`;
};

/** The problem with the place of the nearest node that is there: a missing key is shown at the map that lacks it. */
function placed(problem: Problem, document: Document, lines: LineCounter): Problem {
  const path = problem.path
    .split('/')
    .slice(1)
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
  for (let depth = path.length; depth >= 0; depth--) {
    const node = depth === 0 ? document.contents : document.getIn(path.slice(0, depth), true);
    const range = rangeOf(node);
    if (range !== undefined) return { path: problem.path, message: `${problem.message} ${where(lines, range)}` };
  }
  return problem;
}

const rangeOf = (node: unknown): number | undefined =>
  typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range) && typeof node.range[0] === 'number'
    ? node.range[0]
    : undefined;
