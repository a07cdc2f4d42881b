/** Events of the user's own, declared in the specification as plain data. How they are written is in the reference `../custom.md`. */
import { z } from 'zod';
import { defineScenario, type StreamDefinition } from '../scenario';
import { type Declaration, readDeclaration } from './declaration';
import type { Problem } from './kind';
import { kinds } from './kinds';
import { declarationSchema } from './schema';
import { textOf } from './text';

const name = 'custom';
const version = 1;

/** What a process has read, by its text: a specification is parsed with each call and each step of a job. */
const known = new Map<string, readonly StreamDefinition[]>();
const MOST_KNOWN = 16;

function streamsOf(input: unknown): { made: readonly StreamDefinition[] | null; problems: readonly Problem[] } {
  const { text, problems } = textOf(input);
  if (text === undefined) return { made: null, problems };
  const before = known.get(text);
  if (before !== undefined) return { made: before, problems: [] };
  const read = readDeclaration(input, { name, version });
  if (read.made !== null) {
    for (const oldest of known.keys()) if (known.size >= MOST_KNOWN) known.delete(oldest);
    known.set(text, read.made);
  }
  return read;
}

const streams = z
  .unknown()
  .meta(declarationSchema)
  .transform((input, ctx) => {
    for (const { path, message } of streamsOf(input).problems) ctx.issues.push({ code: 'custom', input, path: [...path], message });
    return input as Declaration;
  });

export const custom = defineScenario({
  name,
  version,
  summary: 'Events of your own: streams and fields as plain data in the specification, without code.',
  options: z.object({ streams }),
  vocabulary: kinds,
  streams: ({ streams }) => streamsOf(streams).made ?? [],
});
