/** Calls of the facade. Whatever goes wrong comes back as one kind of error, a `Refusal`, which says what and where. */
import { token, tokenRefused } from './token';

export interface Problem {
  /** JSON Pointer into what was sent. */
  path: string;
  message: string;
}

/** The facade said no, or did not answer: then `status` is 0. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly problems: readonly Problem[] = [],
  ) {
    super(message);
  }

  /** Worth asking again by itself: nobody answered, or Temporal is away. */
  get passing(): boolean {
    return this.status === 0 || this.status === 503 || this.status === 429;
  }
}

export interface Call {
  method?: 'GET' | 'POST' | 'PATCH';
  /** Sent as JSON; text is a specification, sent as YAML. */
  body?: unknown;
  signal?: AbortSignal;
}

/** Longer than the facade ever takes. */
const PATIENCE_MS = 8000;

/** @throws Refusal, also when the caller has aborted */
export async function call<T>(path: string, { method = 'GET', body, signal }: Call = {}): Promise<T> {
  const response = await send(path, { method, signal: either(signal, AbortSignal.timeout(PATIENCE_MS)), ...bodyOf(body) });
  try {
    return (await (response.headers.get('content-type')?.startsWith('application/json') ? response.json() : response.text())) as T;
  } catch {
    throw new Refusal(0, 'the answer broke off');
  }
}

/** @throws Refusal unless the answer is a success */
export async function send(path: string, init: RequestInit): Promise<Response> {
  const known = token();
  const headers = {
    ...(init.headers as Record<string, string> | undefined),
    ...(known === null ? {} : { Authorization: `Bearer ${known}` }),
  };
  const response = await fetch(path, { ...init, headers, cache: 'no-store' }).catch(() => {
    throw new Refusal(0, 'evergen does not answer');
  });
  if (response.ok) return response;
  if (response.status === 401) tokenRefused();
  throw await refusalOf(response);
}

async function refusalOf(response: Response): Promise<Refusal> {
  const said = (await response.json().catch(() => ({}))) as { detail?: string; problems?: Problem[] };
  return new Refusal(response.status, said.detail ?? `evergen answered with status ${String(response.status)}`, said.problems);
}

function bodyOf(body: unknown): Pick<RequestInit, 'body' | 'headers'> {
  if (body === undefined) return {};
  if (typeof body === 'string') return { body, headers: { 'Content-Type': 'application/yaml' } };
  return { body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } };
}

const either = (one: AbortSignal | undefined, other: AbortSignal): AbortSignal =>
  one === undefined ? other : AbortSignal.any([one, other]);

export const asRefusal = (failure: unknown): Refusal =>
  failure instanceof Refusal ? failure : new Refusal(0, failure instanceof Error ? failure.message : String(failure));
