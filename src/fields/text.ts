import type { BatchBuffer } from './batch-buffer';
import type { Field, Write } from './field';
import { constant, jsonConstant, writeConstant } from './json-bytes';

const QUOTE = 34;

/** A constant text, or a template: `text('order-{n}', { n: int(1, 99) })`. Each `{name}` is replaced by what its field draws. */
export function text(template: string, fields: Readonly<Record<string, Field>> = {}): Field {
  if (Object.keys(fields).length === 0) {
    const whole = jsonConstant(template);
    return { schema: { type: 'string', const: template }, bind: () => (out) => writeConstant(out, whole) };
  }
  const used = template.split(PLACEHOLDER).filter((_, i) => i % 2 === 1);
  const wrong = [...used.filter((name) => !Object.hasOwn(fields, name)), ...Object.keys(fields).filter((name) => !used.includes(name))];
  if (wrong.length > 0) throw new Error(`text '${template}': template and fields disagree about ${wrong.join(', ')}`);
  return {
    schema: { type: 'string' },
    bind: (scope) => {
      const pieces = template.split(PLACEHOLDER).map((piece, i): Write => {
        const field = i % 2 === 1 ? fields[piece] : undefined;
        if (field !== undefined) return unquoted(field.bind(scope.hidden()));
        const fixed = constant(JSON.stringify(piece).slice(1, -1));
        return (out) => writeConstant(out, fixed);
      });
      const quote = constant('"');
      return (out, random, context) => {
        writeConstant(out, quote);
        for (const write of pieces) write(out, random, context);
        writeConstant(out, quote);
      };
    },
  };
}

/** Splits into constant pieces (even places) and names (odd places). */
const PLACEHOLDER = /\{(\w+)\}/;

/** A string's inside, still with JSON's escapes; any other scalar as it is. */
function unquoted(write: Write): Write {
  return (out, random, context) => {
    const start = out.at;
    write(out, random, context);
    if (out.bytes[start] === QUOTE) dropQuotes(out, start);
  };
}

function dropQuotes(out: BatchBuffer, start: number): void {
  out.bytes.copyWithin(start, start + 1, out.at - 1);
  out.at -= 2;
}
