/** The operator of a soak: says things to the job through the facade, again and again where it was just killed. */
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';

const body = z.looseObject({
  run: z.string().nullable(),
  state: z.string(),
  state_reason: z.string().nullable(),
  settling: z.boolean(),
  started_at: z.string(),
  finished_at: z.string().nullable(),
  last_error: z.string().nullable(),
  totals: z.looseObject({ scheduled: z.number(), emitted: z.number(), skipped: z.number(), batches: z.number(), bytes: z.number() }),
});
export type OperatedJob = z.output<typeof body>;

export interface Operator {
  /** One look; null when nobody answers. */
  look(): Promise<OperatedJob | null>;
  /** Starts the job, or finds it started. @throws when the API refuses it, or nobody answers for `PATIENCE_MS` */
  start(): Promise<OperatedJob>;
  /** @returns false when the job has ended meanwhile */
  say(action: 'pause' | 'resume' | 'stop'): Promise<boolean>;
  setPace(pace: unknown): Promise<boolean>;
}

const PATIENCE_MS = 60_000;
const AGAIN_MS = 200;
const CALL_MS = 5_000;

/** @param base of the API, which may be another one after a restart of the stack; null: not there now */
export function operatorOf(id: string, spec: unknown, base: () => string | null): Operator {
  async function call(method: string, path: string, sent?: unknown): Promise<{ status: number; answer: unknown } | null> {
    const at = base();
    if (at === null) return null;
    try {
      const response = await fetch(`${at}${path}`, {
        method,
        signal: AbortSignal.timeout(CALL_MS),
        ...(sent === undefined ? {} : { body: JSON.stringify(sent), headers: { 'content-type': 'application/json' } }),
      });
      return { status: response.status, answer: await response.json() };
    } catch {
      return null;
    }
  }

  /** Until somebody answers who is not just without Temporal. */
  async function insist(method: string, path: string, sent?: unknown): Promise<{ status: number; answer: unknown }> {
    for (const until = Date.now() + PATIENCE_MS; ; await sleep(AGAIN_MS)) {
      const answered = await call(method, path, sent);
      if (answered !== null && answered.status !== 503 && answered.status !== 429) return answered;
      if (Date.now() > until) throw new Error(`${method} ${path} was not answered within ${String(PATIENCE_MS / 1000)} s`);
    }
  }

  async function change(method: string, path: string, sent?: unknown): Promise<boolean> {
    const { status, answer } = await insist(method, path, sent);
    if (status === 202) return true;
    if (status === 409) return false;
    throw new Error(`${method} ${path} was answered ${String(status)}: ${JSON.stringify(answer)}`);
  }

  return {
    async look() {
      const answered = await call('GET', `/jobs/${id}`);
      return answered?.status === 200 ? body.parse(answered.answer) : null;
    },
    async start() {
      const { status, answer } = await insist('POST', '/jobs', spec);
      if (status === 201 || status === 200) return body.parse(answer);
      throw new Error(`the job was not started: ${String(status)} ${JSON.stringify(answer)}`);
    },
    say: (action) => change('POST', `/jobs/${id}/${action}`),
    setPace: (pace) => change('PATCH', `/jobs/${id}/pace`, pace),
  };
}
