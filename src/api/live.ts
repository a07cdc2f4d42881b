/** A job as it moves, as server-sent events (WHATWG HTML, section 9.2). However many watch a job, it is looked at and written as JSON once. */
import { Readable } from 'node:stream';
import { z } from 'zod';
import { jobBodyOf } from '../jobs/job-body';
import { ended } from '../jobs/jobs';
import type { ApiDeps } from './deps';
import { oneRun, params } from './jobs';
import { defineRoute, type Route } from './route';

/** Between two looks. Figures are at most 1 s old, the look itself included. */
const LOOK_MS = 500;
/** Proxies close a connection on which nothing is said for long. */
const SILENCE_MS = 15_000;
/** After this a browser connects again by itself. */
const RETRY_MS = 1000;

/** What there is to say of a job at one moment. */
interface Look {
  json: string;
  ended: boolean;
}

export function liveRoute({ jobs, surroundings, now }: ApiDeps): Route {
  const watched = new Map<string, Watched>();
  return defineRoute(
    {
      method: 'get',
      path: '/jobs/{id}/live',
      summary: 'The job as it moves: server-sent events "status" with the job as data, the last one "end".',
      params,
      query: oneRun,
      answers: {
        200: {
          description:
            'Events until the job has ended. Each is the whole job, so whoever connects again has missed nothing that still counts.',
          body: z.string(),
          type: 'text/event-stream',
        },
      },
      problems: [404, 503],
    },
    async ({ params: { id }, query: { run } }) => {
      const look = async (): Promise<Look> => {
        const snapshot = await jobs.show(id, run);
        return { json: JSON.stringify(jobBodyOf(snapshot, surroundings, now().getTime())), ended: ended(snapshot.status) };
      };
      // Before anything is sent: a job that is not there is a 404, not an empty stream.
      const first = await look();
      const key = JSON.stringify([id, run]);
      const job = watched.get(key) ?? new Watched(look, () => watched.delete(key));
      watched.set(key, job);
      return { status: 200, body: job.watch(first), headers: { 'Cache-Control': 'no-store', 'X-Accel-Buffering': 'no' } };
    },
  );
}

/** A job that somebody watches. */
class Watched {
  private readonly watchers = new Set<Watcher>();
  private timer: NodeJS.Timeout | undefined;

  /** @param left is called when nobody watches any more */
  constructor(
    private readonly look: () => Promise<Look>,
    private readonly left: () => void,
  ) {}

  watch(first: Look): Readable {
    const watcher = new Watcher(() => {
      this.watchers.delete(watcher);
      if (this.watchers.size > 0) return;
      clearTimeout(this.timer);
      this.left();
    });
    this.watchers.add(watcher);
    watcher.say(`retry: ${String(RETRY_MS)}\n\n`);
    watcher.show(first);
    if (this.watchers.size === 1) this.lookLater();
    return watcher;
  }

  private lookLater(): void {
    this.timer = setTimeout(() => {
      void this.lookAgain();
    }, LOOK_MS);
  }

  private async lookAgain(): Promise<void> {
    // Temporal may be away for a while; the silence says so, and the stream goes on when it is back.
    const seen = await this.look().catch(() => null);
    for (const watcher of this.watchers) {
      if (seen === null) watcher.keepAlive();
      else watcher.show(seen);
    }
    if (this.watchers.size > 0) this.lookLater();
  }
}

/** One connection. */
class Watcher extends Readable {
  private shown = '';
  private saidAt = 0;

  constructor(private readonly left: () => void) {
    super();
  }

  override _read(): void {
    // Frames come when there is something to say, not when they are asked for.
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.left();
    done(error);
  }

  say(frame: string): void {
    this.saidAt = performance.now();
    this.push(frame);
  }

  show({ json, ended: over }: Look): void {
    if (over) {
      this.say(`event: status\ndata: ${json}\n\nevent: end\ndata: ${json}\n\n`);
      this.push(null);
      return;
    }
    // Whoever reads slowly gets fewer of them: each is the whole job, and what waits for him must not grow.
    if (json === this.shown || this.readableLength > this.readableHighWaterMark) return this.keepAlive();
    this.shown = json;
    this.say(`event: status\ndata: ${json}\n\n`);
  }

  keepAlive(): void {
    if (performance.now() - this.saidAt >= SILENCE_MS && this.readableLength === 0) this.say(':\n\n');
  }
}
