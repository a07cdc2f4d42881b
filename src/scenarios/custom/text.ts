/** A declaration as text, by which it is known again; refused is what nothing else should look at. */
import type { Problem } from './kind';
import { below } from './read-field';

/** As JSON: it goes with the job into every step of its history. */
const MOST_BYTES = 16 * 1024;
/** Objects and lists in each other. */
const DEEPEST = 40;

/** Not sorted: the order of the fields is that of the bytes. */
export function textOf(input: unknown): { text: string; problems?: never } | { text?: never; problems: Problem[] } {
  if (isDeeper(input, DEEPEST)) return refused(`must have at most ${String(DEEPEST)} objects and lists in each other`);
  const text = JSON.stringify(input) ?? '';
  const bytes = Buffer.byteLength(text);
  if (bytes > MOST_BYTES)
    return refused(`must be at most ${MOST_BYTES.toLocaleString('en')} bytes as JSON, got ${bytes.toLocaleString('en')}`);
  const problems = prototypesIn(input);
  return problems.length > 0 ? { problems } : { text };
}

const refused = (message: string) => ({ problems: [{ path: [], message }] });

/** Looks no deeper than it must. */
function isDeeper(value: unknown, most: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return most === 0 || Object.values(value).some((inner) => isDeeper(inner, most - 1));
}

/** Keys that JavaScript takes for more than a key: some readers follow them, others leave them out. */
function prototypesIn(value: unknown): Problem[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    key === '__proto__' ? [{ path: [key], message: 'cannot be a name' }] : below(key, prototypesIn(inner)),
  );
}
