/** The call of the crisis intake, made as anybody would make it. */
import { z } from 'zod';
import { EXIT, Ending } from '../exit';

export interface Started {
  /** The answer as it came. */
  text: string;
  /** Name of the run. */
  run: string;
}

const status = z.object({ run: z.string() });

/**
 * Starts a run; where one is going on already, that one is taken.
 * @throws Ending when the answer is anything else
 */
export async function startOverHttp(base: string, body: unknown, token: string | undefined): Promise<Started> {
  const key: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const answer = await fetch(`${base}/generate`, {
    method: 'POST',
    headers: { ...key, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const text = await answer.text();
  if (!answer.ok && answer.status !== 409)
    throw new Ending(EXIT.failed, `POST ${base}/generate answered ${String(answer.status)}: ${text}`);
  const { run } = status.parse(await (await fetch(`${base}/status`, { headers: key })).json());
  return { text, run };
}
