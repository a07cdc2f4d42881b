import { z } from 'zod';
import { defineFault, inWhole, oneOf } from '../fault';

/** Each makes of any JSON object with a field in it something that no parser accepts. */
const BREAKS: readonly ((json: string) => string)[] = [
  // The last brace is missing.
  (json) => json.slice(0, -1),
  // A comma before it.
  (json) => `${json.slice(0, -1)},}`,
  // A colon is missing.
  (json) => json.replace('":', '"'),
  // The first name has no quote before it,
  (json) => json.replace('"', ''),
  // or single ones around it.
  (json) => json.replace(/^\{"([^"]*)"/, "{'$1'"),
];

export const malformedJson = defineFault({
  name: 'malformed_json',
  summary: 'A brace, a quote or a colon is missing, a comma is too many: no parser accepts it.',
  options: z.strictObject({}),
  bind: ({ fields }) =>
    fields.length === 0
      ? null
      : (event, random) => {
          const json = event.line.toString();
          const broken = oneOf(BREAKS, random)?.(json) ?? json;
          return broken === json ? null : inWhole(event, broken);
        },
});
