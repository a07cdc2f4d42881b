/** Keys that an object of a JSON text names twice: `JSON.parse` keeps the last one in silence, and a caller means only one of them. */
import type { Problem } from '../spec/failures';
import { pointer } from '../spec/failures';

const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g;

interface Level {
  /** Keys seen so far; undefined in a list. */
  keys: Set<string> | undefined;
  /** Where the reader is in this object or list. */
  at: PropertyKey;
}

/** @param text valid JSON */
export function duplicateKeys(text: string): Problem[] {
  const problems: Problem[] = [];
  const levels: Level[] = [];
  let keyNext = false;
  for (const [token] of text.matchAll(TOKEN)) {
    const level = levels.at(-1);
    if (token === '{' || token === '[') {
      levels.push({ keys: token === '{' ? new Set() : undefined, at: 0 });
      keyNext = token === '{';
    } else if (token === '}' || token === ']') {
      levels.pop();
      keyNext = false;
    } else if (token === ',' && level !== undefined) {
      keyNext = level.keys !== undefined;
      if (typeof level.at === 'number') level.at += 1;
    } else if (keyNext && level?.keys !== undefined && token.startsWith('"')) {
      const key = String(JSON.parse(token));
      level.at = key;
      if (level.keys.has(key)) problems.push({ path: pointer(levels.map(({ at }) => at)), message: 'is given twice' });
      level.keys.add(key);
      keyNext = false;
    }
  }
  return problems;
}
