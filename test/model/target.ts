/** The target of the sink `http`: remembers what has arrived under which key, and refuses some events for good. */
import { stage } from './stage';

interface Request {
  headers: string[];
  body: Uint8Array;
}

interface Handler {
  onRequestStart(controller: { abort(reason: Error): void }): void;
  onResponseStart(controller: null, status: number, headers: object): void;
  onResponseEnd(): void;
}

/** By the event's number within its stream. */
export const refuses = (line: string): boolean => Number(/#(\d+)@/.exec(line)?.[1]) % 4 === 3;

export class Target {
  /** Bodies by idempotency key. */
  readonly bodies = new Map<string, string>();

  /** @param broken is told of a key that comes again with other bytes */
  constructor(private readonly broken: (text: string) => void) {}

  /** In place of undici's: the request leaves and arrives in one step, its answer comes in another, which may never be. */
  dispatch(request: unknown, handler: unknown): void {
    this.answer(request as Request, handler as Handler).catch(() => undefined);
  }

  private async answer({ headers, body }: Request, handler: Handler): Promise<void> {
    const key = headers[headers.indexOf('idempotency-key') + 1]!;
    let aborted = false;
    handler.onRequestStart({ abort: () => void (aborted = true) });
    const status = await stage.gated(`POST ${key}`, () => (aborted ? 0 : this.take(key, Buffer.from(body).toString('latin1'))));
    await stage.gated(`answer ${key}`, () => {
      if (aborted) return;
      handler.onResponseStart(null, status, {});
      handler.onResponseEnd();
    });
  }

  private take(key: string, body: string): number {
    const before = this.bodies.get(key);
    if (before !== undefined && before !== body) this.broken(`${key} arrives with other bytes: ${before}, now ${body}`);
    this.bodies.set(key, body);
    return refuses(body) ? 422 : 201;
  }
}
