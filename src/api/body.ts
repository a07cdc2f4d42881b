/** Reading a request's body: strict content types, 1 MiB, JSON without duplicate keys, and YAML where a specification is expected. */
import express, { type Request, type Response } from 'express';
import { refusal, UserError, type Problem } from '../spec/failures';
import { loadSpec } from '../spec/load';
import { parseJobSpec, type JobSpec } from '../spec/job-spec';
import { duplicateKeys } from './duplicates';
import { HttpError } from './problem';

const LIMIT = '1mb';
export const JSON_TYPES = ['application/json'] as const;
export const YAML_TYPES = ['application/yaml', 'application/x-yaml', 'text/yaml', 'text/x-yaml'] as const;

const text = express.text({ type: () => true, limit: LIMIT, defaultCharset: 'utf-8' });

/** The body as text; '' when there is none. @throws HttpError 413, 415 */
async function bodyText(request: Request, response: Response, allowed: readonly string[]): Promise<string> {
  if (!hasBody(request)) return '';
  if (mediaType(request) === undefined || !allowed.includes(mediaType(request) ?? '')) {
    throw new HttpError(415, `the content type must be ${allowed.join(' or ')}, got ${request.headers['content-type'] ?? 'none'}`);
  }
  await new Promise<void>((resolve, reject) => {
    text(request, response, (failure?: unknown) => {
      if (failure === undefined) resolve();
      else reject(failure instanceof Error ? failure : new Error(String(failure)));
    });
  });
  return typeof request.body === 'string' ? request.body : '';
}

const hasBody = ({ headers }: Request): boolean => headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;

const mediaType = ({ headers }: Request): string | undefined => headers['content-type']?.split(';')[0]?.trim().toLowerCase();

/**
 * The JSON body as `read` understands it; no body at all is an empty object, so that every missing key is named.
 * @throws HttpError 400, 413, 415; UserError of `read`, with the keys that are given twice
 */
export async function jsonBody<T>(request: Request, response: Response, read: (value: unknown) => T): Promise<T> {
  const body = await bodyText(request, response, JSON_TYPES);
  return body === '' ? read({}) : readJson(body, read);
}

function readJson<T>(body: string, read: (value: unknown) => T): T {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch (failure) {
    throw new HttpError(400, `the body is not JSON: ${failure instanceof Error ? withoutExcerpt(failure.message) : ''}`);
  }
  const duplicates = duplicateKeys(body);
  if (duplicates.length === 0) return read(value);
  throw refusal('the body', [...duplicates, ...problemsBy(() => read(value))]);
}

/** Without the piece of the body that V8 quotes: it may hold what belongs to nobody else. */
const withoutExcerpt = (message: string): string => message.replace(/, (?:\.\.\.)?".*is not valid JSON$/s, '');

function problemsBy(read: () => unknown): readonly Problem[] {
  try {
    read();
    return [];
  } catch (failure) {
    if (failure instanceof UserError) return failure.problems;
    throw failure;
  }
}

/** A job specification, JSON or YAML. @throws HttpError 400, 413, 415; UserError */
export async function specBody(request: Request, response: Response): Promise<JobSpec> {
  const body = await bodyText(request, response, [...JSON_TYPES, ...YAML_TYPES]);
  return mediaType(request) === 'application/json' ? readJson(body, parseJobSpec) : loadSpec(body, 'the body');
}
