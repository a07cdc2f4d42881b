/** What a caller should make of each problem status, with an example of each. */
import { TITLES } from './problem';

interface Documented {
  description: string;
  /** `detail` of the example. */
  detail: string;
  problems?: { path: string; message: string }[];
}

const DOCUMENTED: Readonly<Record<number, Documented>> = {
  400: {
    description: 'The body is not JSON (or, for a specification, YAML), or the path cannot be decoded.',
    detail: 'the body is not JSON: Unexpected end of JSON input',
  },
  401: { description: 'The token is missing or wrong.', detail: 'this call needs the header "Authorization: Bearer <token>"' },
  403: {
    description: 'The host that was called, or the page that calls, is not known here.',
    detail: 'the host evil.example is not known here; EVERGEN_ALLOWED_HOSTS names more hosts',
  },
  404: { description: 'There is no such job, run or schedule.', detail: 'there is no job weekly' },
  409: {
    description: 'A run is active, has ended, has not begun, or has data that cannot be deleted now: the call does not fit its state.',
    detail: 'job nightly has ended: it is completed',
  },
  413: { description: 'The body is over 1 MiB.', detail: 'the body is over 1 MiB' },
  415: { description: 'The content type is not one of those above.', detail: 'the content type must be application/json, got text/plain' },
  422: {
    description: 'The input is not valid: all problems at once, each with its path.',
    detail:
      'the body is not valid: /duration_minutes must be a number from 0 to 60, got 61; /rate_per_second is missing: a number from 0 to 100',
    problems: [
      { path: '/duration_minutes', message: 'must be a number from 0 to 60, got 61' },
      { path: '/rate_per_second', message: 'is missing: a number from 0 to 100' },
    ],
  },
  429: {
    description: 'More requests a second than one caller may send; Retry-After says in how many seconds to come again.',
    detail: 'more than 100 requests a second: CONNECTOR_RATE_LIMIT',
  },
  503: {
    description:
      'Temporal (or, of /readyz, the worker; of the connector, the sink: nothing was published) does not answer now; Retry-After says in how many seconds to come again.',
    detail: 'Temporal does not answer; try again in a moment',
  },
  504: {
    description:
      'The sink went away in the middle of a commit, and did not come back for a minute to say what became of it: the events may be published or not (503 would say that they are not). Repeated under the same Idempotency-Key they are published once; Retry-After says in how many seconds.',
    detail: 'whether it was published is not known: no Kafka broker answers; the same call with the same Idempotency-Key publishes it once',
  },
};

/** The OpenAPI response object of a status. */
export function problemResponse(status: number): Record<string, unknown> {
  const { description, detail, problems } = DOCUMENTED[status] ?? { description: 'Problem.', detail: '' };
  const example = {
    type: 'about:blank',
    title: TITLES[status] ?? 'Error',
    status,
    detail,
    ...(problems === undefined ? {} : { problems }),
  };
  return { description, content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' }, example } } };
}
