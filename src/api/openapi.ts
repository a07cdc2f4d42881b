/** The OpenAPI 3.1 document, made of the routes and their zod schemas. */
import { z } from 'zod';
import { jobSpec } from '../spec/job-spec';
import { JSON_TYPES, YAML_TYPES } from './body';
import { problemResponse } from './documented-problems';
import { REPLAYED } from './keys';
import { problemBody } from './problem';
import { idempotencyKey, KEY_HEADER, type Route, type RouteGroup } from './route';

export interface DocumentOptions {
  title: string;
  version: string;
  /** A token is asked for. */
  token: boolean;
}

type Json = Record<string, unknown>;

export function openApi(groups: readonly RouteGroup[], { title, version, token }: DocumentOptions): Json {
  const paths: Record<string, Json> = {};
  for (const { name, routes } of groups) {
    for (const route of routes) (paths[route.path] ??= {})[route.method] = { tags: [name], ...operation(route) };
  }
  return {
    openapi: '3.1.0',
    info: { title, version },
    tags: groups.map(({ name, description }) => ({ name, description })),
    paths,
    components: {
      schemas: { Problem: schemaOf(problemBody, 'output') },
      ...(token ? { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } } : {}),
    },
    ...(token ? { security: [{ token: [] }] } : {}),
  };
}

function operation(route: Route): Json {
  return {
    summary: route.summary,
    operationId: `${route.method}${route.path.replaceAll(/[^a-zA-Z]+(\w)/g, (_, letter: string) => letter.toUpperCase()).replaceAll(/\W/g, '')}`,
    parameters: [
      ...parameters(route.params, 'path'),
      ...parameters(route.query, 'query'),
      ...parameters(route.headers, 'header'),
      ...(route.idempotent === undefined ? [] : parameters(z.strictObject({ [KEY_HEADER]: idempotencyKey }), 'header')),
    ],
    ...(route.body === undefined ? {} : { requestBody: { required: true, content: contentOf(route.body, route.example) } }),
    responses: {
      ...Object.fromEntries(
        Object.entries(route.answers).map(([status, { description, body, type = 'application/json', example }]) => [
          status,
          {
            description,
            ...headersOf(route),
            content: { [type]: { schema: schemaOf(body, 'output'), ...(example === undefined ? {} : { example }) } },
          },
        ]),
      ),
      ...Object.fromEntries(problemsOf(route).map((status) => [String(status), problemResponse(status)])),
    },
  };
}

const headersOf = ({ idempotent }: Route): Json =>
  idempotent === undefined
    ? {}
    : { headers: { [REPLAYED]: { description: 'true: the answer to an earlier call with this key.', schema: { type: 'string' } } } };

function problemsOf({ body, query, params, headers, idempotent, problems = [] }: Route): number[] {
  const ofInput = body === undefined ? [] : [400, 413, 415, 422];
  const ofAddress = [query, params, headers, idempotent].every((part) => part === undefined) ? [] : [422];
  const ofPath = params === undefined ? [] : [400];
  return [...new Set([401, 403, ...ofInput, ...ofAddress, ...ofPath, ...problems])].sort((a, b) => a - b);
}

function contentOf(body: z.ZodType | 'spec', example: unknown): Json {
  const schema = schemaOf(body === 'spec' ? jobSpec : body, 'input');
  const types = body === 'spec' ? [...JSON_TYPES, ...YAML_TYPES.slice(0, 1)] : JSON_TYPES;
  return Object.fromEntries(types.map((type) => [type, { schema, ...(example === undefined ? {} : { example }) }]));
}

function parameters(schema: z.ZodObject | undefined, place: 'path' | 'query' | 'header'): Json[] {
  if (schema === undefined) return [];
  const { properties = {}, required = [] } = z.toJSONSchema(schema, { io: 'input', override: plain });
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    schema,
  }));
}

function schemaOf(schema: z.ZodType, io: 'input' | 'output'): Json {
  const document: Json = z.toJSONSchema(schema, { io, unrepresentable: 'any', override: plain });
  delete document.$schema;
  return document;
}

/** Leaves out what zod adds of its own: the bounds of whole numbers, and the pattern beside a format. Both make nonsense of made-up examples. */
function plain({ jsonSchema }: { jsonSchema: z.core.JSONSchema.BaseSchema }): void {
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
  if (jsonSchema.format === 'date-time') delete jsonSchema.pattern;
}
