/** Requests at instants that are fixed beforehand, whatever comes back: a slow answer delays no later request, so none is left out of the figures. */
import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Answered {
  /** From the instant at which a request was due until its answer was there, in rising order; those that failed are among them. */
  readonly latenciesMs: readonly number[];
  /** Without an answer, or with another status than 200. */
  readonly failures: number;
}

export async function requestsAtRate(url: string, perSecond: number, seconds: number): Promise<Answered> {
  const agent = new Agent({ keepAlive: true });
  const latenciesMs: number[] = [];
  let failures = 0;
  const from = performance.now();
  const calls = Array.from({ length: perSecond * seconds }, async (_, i) => {
    const dueMs = from + (i * 1000) / perSecond;
    await sleep(dueMs - performance.now());
    const ok = await answered(url, agent);
    latenciesMs.push(performance.now() - dueMs);
    if (!ok) failures++;
  });
  await Promise.all(calls);
  agent.destroy();
  return { latenciesMs: latenciesMs.sort((a, b) => a - b), failures };
}

const answered = (url: string, agent: Agent): Promise<boolean> =>
  new Promise((resolve) => {
    const call = request(url, { agent, timeout: 30_000 }, (response) => {
      response.resume();
      response.once('end', () => {
        resolve(response.statusCode === 200);
      });
    });
    call.once('timeout', () => call.destroy(new Error('no answer')));
    call.once('error', () => {
      resolve(false);
    });
    call.end();
  });

/** @param sorted in rising order @param q 0 … 1 */
export const quantile = (sorted: readonly number[], q: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? NaN;
