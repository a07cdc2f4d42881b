/** Routes as data: the router and the OpenAPI document are both made of them, so that they cannot disagree. */
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Router, type Request, type RequestHandler, type Response } from 'express';
import { z } from 'zod';
import type { JobSpec } from '../spec/job-spec';
import { check, UserError } from '../spec/failures';
import { jsonBody, specBody } from './body';
import { HttpError } from './problem';

export const KEY_HEADER = 'Idempotency-Key';
export const idempotencyKey = z
  .string()
  .regex(/^[\x21-\x7e]([\x20-\x7e]{0,253}[\x21-\x7e])?$/, { error: 'must be 1 to 255 visible ASCII characters' })
  .optional()
  .describe('The same key with the same body gets the first answer again for 24 hours, and nothing is started a second time.');

type Method = 'get' | 'post' | 'patch' | 'delete';

export interface Answer {
  status: number;
  /** Sent as JSON; text as it is, where the route's answer has a type of its own; a stream as it comes, until it ends or the caller is gone. */
  body: unknown;
  headers?: Readonly<Record<string, string>>;
}

export interface RouteDefinition {
  readonly method: Method;
  /** `/jobs/{id}`: every name in braces is a key of `params`. */
  readonly path: string;
  readonly summary: string;
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  /** A JSON body; `spec`: a job specification, JSON or YAML. Absent: a body is not looked at. */
  readonly body?: z.ZodType | 'spec';
  /** It starts something: a caller may give an `Idempotency-Key`. */
  readonly idempotent?: true;
  /** Headers that the handler is given, by their names in lower case. */
  readonly headers?: z.ZodObject;
  /** Reads a JSON body in place of `body`, which then only describes it. @throws UserError with all problems */
  readonly read?: (value: unknown) => unknown;
  /** Takes out of an error's text what no answer may repeat. */
  readonly conceal?: (text: string) => string;
  /** Asked before anything of a call is looked at. */
  readonly before?: readonly RequestHandler[];
  /** A body that the documentation fills in. */
  readonly example?: unknown;
  /** Success answers by status; a schema is that of the body. `type`: a media type other than JSON. */
  readonly answers: Readonly<Record<number, { description: string; body: z.ZodType; type?: string; example?: unknown }>>;
  /** Statuses of `problem+json` that callers should expect besides those every route has. */
  readonly problems?: readonly number[];
}

/** What a route's own reader answers, or what its schema does. */
type Body<D extends RouteDefinition> = D extends { read: (value: unknown) => infer Read } ? Read : Parsed<D['body']>;

type Parsed<S> = S extends z.ZodType ? z.output<S> : S extends 'spec' ? JobSpec : undefined;

export interface Input<D extends RouteDefinition> {
  params: Parsed<D['params']>;
  query: Parsed<D['query']>;
  body: Body<D>;
  headers: Parsed<D['headers']>;
  /** The caller's `Idempotency-Key`, of a route that honours one. */
  key: string | undefined;
  /** Path that the router is mounted at: '' or `/crisis`. */
  mount: string;
}

/** Routes that the documentation shows under one heading. */
export interface RouteGroup {
  name: string;
  description: string;
  routes: readonly Route[];
}

export interface Route extends RouteDefinition {
  answer(request: Request, response: Response): Promise<Answer>;
}

export function defineRoute<const D extends RouteDefinition>(definition: D, handle: (input: Input<D>) => Promise<Answer> | Answer): Route {
  return {
    ...definition,
    async answer(request, response) {
      const params = definition.params === undefined ? undefined : check(definition.params, request.params, 'the path');
      const query = definition.query === undefined ? undefined : check(definition.query, request.query, 'the query');
      const headers = definition.headers === undefined ? undefined : check(definition.headers, request.headers, 'the headers');
      const key = definition.idempotent === undefined ? undefined : check(idempotencyKey, request.headers['idempotency-key'], KEY_HEADER);
      const body = await bodyOf(definition, request, response);
      // The boundary between the schemas above and the handler's types, which come from the same definition.
      return handle({ params, query, body, headers, key, mount: request.baseUrl } as Input<D>);
    },
  };
}

async function bodyOf({ body, read, conceal }: RouteDefinition, request: Request, response: Response): Promise<unknown> {
  if (body === undefined) return undefined;
  if (body === 'spec') return specBody(request, response);
  try {
    return await jsonBody(request, response, read ?? ((value) => check(body, value, 'the body')));
  } catch (failure) {
    throw conceal !== undefined && failure instanceof UserError ? concealed(failure, conceal) : failure;
  }
}

const concealed = ({ message, problems }: UserError, conceal: (text: string) => string): UserError =>
  new UserError(
    conceal(message),
    problems.map((problem) => ({ path: conceal(problem.path), message: conceal(problem.message) })),
  );

/** A caller who leaves in the middle is no fault of anybody. */
async function stream(body: Readable, response: Response): Promise<void> {
  await pipeline(body, response).catch((failure: unknown) => {
    if (!response.destroyed) throw failure;
  });
}

export function routerOf(routes: readonly Route[]): Router {
  const router = Router();
  for (const path of new Set(routes.map((route) => route.path))) {
    const here = routes.filter((route) => route.path === path);
    const at = router.route(path.replaceAll(/\{(\w+)\}/g, ':$1'));
    at.all((request, response, next) => {
      // Where an error is answered, Express has forgotten the mount.
      response.locals['route'] = `${request.baseUrl}${path}`;
      next();
    });
    for (const route of here) {
      at[route.method](...(route.before ?? []), async (request: Request, response: Response) => {
        const { status, body, headers = {} } = await route.answer(request, response);
        const type = route.answers[status]?.type;
        response.status(status).set(headers);
        if (body instanceof Readable) await stream(body, response.type(type ?? 'bin'));
        else if (type === undefined) response.json(body);
        else response.type(type).send(body);
      });
    }
    const allow = [
      ...here.map(({ method }) => method.toUpperCase()),
      ...(here.some(({ method }) => method === 'get') ? ['HEAD'] : []),
      'OPTIONS',
    ].join(', ');
    at.options((_request, response) => {
      response.status(204).set('Allow', allow).end();
    });
    at.all((request) => {
      throw new HttpError(405, `${request.method} is not allowed here; allowed: ${allow}`, { Allow: allow });
    });
  }
  return router;
}
