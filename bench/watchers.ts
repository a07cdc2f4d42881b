/** Somebody who watches a job, as a browser does: one connection with server-sent events. */
import { get } from 'node:http';

export interface Watching {
  /** So many have arrived. */
  readonly events: number;
  end(): void;
}

/** Resolves with the first bytes. */
export const watch = (url: string): Promise<Watching> =>
  new Promise((resolve, reject) => {
    const call = get(url, { agent: false }, (response) => {
      let events = 0;
      response.setEncoding('utf8');
      response.on('data', (text: string) => (events += text.split('event: status\n').length - 1));
      // The end of it is ours.
      response.on('error', () => undefined);
      const watching = {
        get events() {
          return events;
        },
        end: () => void call.destroy(),
      };
      response.once('data', () => {
        resolve(watching);
      });
    });
    call.once('error', reject);
  });
