/** JSON Schema of a declaration, for `/scenarios`, API documentation and forms; what it cannot say, the reader says. */
import { z } from 'zod';
import { kinds } from './kinds';

/** What `evergen init` begins with. */
const EXAMPLE = {
  orders: {
    key: 'id',
    event: {
      id: 'uuid',
      at: 'time',
      kind: { weighted: { retail: 8, wholesale: 1 } },
      amount: { float: [1, 500], decimals: 2 },
      items: { list: { one_of: ['apples', 'pears', 'plums'] }, length: [1, 5] },
      customer: { fake: 'person.fullName' },
      note: { optional: { fake: 'lorem.sentence' }, share: 0.1 },
    },
  },
};

function parametersOf({ parameters }: (typeof kinds)[number]): Record<string, unknown> {
  const schema = z.toJSONSchema(parameters, { io: 'input', unrepresentable: 'any', override: unbounded });
  delete schema.$schema;
  return schema;
}

/** Without the bounds that zod gives every whole number: a form makes nonsense of them. */
function unbounded({ jsonSchema }: { jsonSchema: z.core.JSONSchema.BaseSchema }): void {
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
}

const field = {
  description: 'A field: the name of a kind that needs no more, or an object of one kind.',
  anyOf: [
    { enum: kinds.filter((kind) => 'alone' in kind).map(({ name }) => name) },
    ...kinds.map((kind) => ({ ...parametersOf(kind), description: kind.summary })),
  ],
};

export const declarationSchema = {
  type: 'object',
  description: 'Your streams by name, each with its key and the fields of its event.',
  additionalProperties: {
    type: 'object',
    properties: {
      key: { type: 'string', description: "The field whose value is the event's key." },
      event: { type: 'object', description: 'Fields by name, in the order in which they are written.', additionalProperties: field },
    },
    required: ['key', 'event'],
    additionalProperties: false,
  },
  examples: [EXAMPLE],
};
