/** Errors as callers see them: RFC 9457 `application/problem+json`. Never a stack, never an HTML page. */
import { randomUUID } from 'node:crypto';
import type { ErrorRequestHandler, Response } from 'express';
import { z } from 'zod';
import { OutcomeUnknown, SinkAway } from '../connector/failures';
import { JobActive, JobEnded, NoSuchJob, NotCleaned, NotPaused, TemporalAway } from '../jobs/jobs';
import { NoSuchSchedule, ScheduleBusy, ScheduleExists } from '../jobs/schedules';
import { UserError, type Problem } from '../spec/failures';
import { SyntaxFault } from '../spec/load';

export const problemBody = z.strictObject({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  problems: z
    .array(z.strictObject({ path: z.string().describe('JSON Pointer.'), message: z.string() }))
    .optional()
    .describe('Every problem of the input, at once.'),
});

export const TITLES: Readonly<Record<number, string>> = {
  400: 'Malformed request',
  401: 'Token missing or wrong',
  403: 'Host or origin not allowed',
  404: 'Not found',
  405: 'Method not allowed',
  409: 'Wrong state',
  413: 'Body too large',
  415: 'Unsupported content type',
  422: 'Invalid input',
  429: 'Too many requests',
  500: 'Fault of evergen',
  503: 'Not available now',
  504: 'Outcome unknown',
};

/** An error with an HTTP status of its own. */
export class HttpError extends Error {
  constructor(
    readonly status: number,
    detail: string,
    readonly headers: Readonly<Record<string, string>> = {},
    readonly problems?: readonly Problem[],
  ) {
    super(detail);
  }
}

function sendProblem(response: Response, { status, message, headers, problems }: HttpError): void {
  const body: z.output<typeof problemBody> = { type: 'about:blank', title: TITLES[status] ?? 'Error', status, detail: message };
  if (problems !== undefined && problems.length > 0) body.problems = problems.map(({ path, message }) => ({ path, message }));
  response.status(status).set(headers).type('application/problem+json').send(JSON.stringify(body));
}

/** @param report is given faults of ours, with the id that the caller sees */
export function problemHandler(report: (fault: unknown, request: string) => void): ErrorRequestHandler {
  return (failure: unknown, _request, response, next) => {
    // Half an answer is out: only breaking the connection tells the caller.
    if (response.headersSent) {
      next(failure);
      return;
    }
    const known = asHttpError(failure);
    if (known !== undefined) {
      sendProblem(response, known);
      return;
    }
    const id = randomUUID();
    report(failure, id);
    sendProblem(response, new HttpError(500, `an unexpected fault; the log has it under request ${id}`));
  };
}

function asHttpError(failure: unknown): HttpError | undefined {
  if (failure instanceof HttpError) return failure;
  if (failure instanceof SyntaxFault) return new HttpError(400, failure.message, {}, failure.problems);
  if (failure instanceof UserError) return new HttpError(422, failure.message, {}, failure.problems);
  if (failure instanceof NoSuchJob) return new HttpError(404, failure.message);
  if (failure instanceof NoSuchSchedule) return new HttpError(404, failure.message);
  if (failure instanceof ScheduleExists || failure instanceof ScheduleBusy) return new HttpError(409, failure.message);
  if (failure instanceof JobActive || failure instanceof JobEnded || failure instanceof NotPaused || failure instanceof NotCleaned)
    return new HttpError(409, failure.message);
  if (failure instanceof TemporalAway) return new HttpError(503, `${failure.message}; try again in a moment`, { 'Retry-After': '2' });
  if (failure instanceof SinkAway)
    return new HttpError(503, `nothing was published: ${failure.message}; try again in a moment`, { 'Retry-After': '2' });
  if (failure instanceof OutcomeUnknown)
    return new HttpError(
      504,
      `whether it was published is not known: ${failure.message}; the same call with the same Idempotency-Key publishes it once`,
      {
        'Retry-After': '5',
      },
    );
  return ofBodyReader(failure);
}

/** A refusal: what was asked for was not done. Of every other failure that is not known. */
export function hasStartedNothing(failure: unknown): boolean {
  const known = asHttpError(failure);
  return known !== undefined && known.status < 500;
}

/** What Express's own body reader and path decoder refuse. */
function ofBodyReader(failure: unknown): HttpError | undefined {
  if (!(failure instanceof Error) || !('status' in failure) || typeof failure.status !== 'number') return undefined;
  if (failure.status === 413) return new HttpError(413, 'the body is over 1 MiB');
  if (failure.status >= 400 && failure.status < 500) return new HttpError(failure.status === 415 ? 415 : 400, failure.message);
  return undefined;
}
