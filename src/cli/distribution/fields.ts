/** Which fields events have, for whoever asked for one that they have not. */
import { nearest } from '../../registry';
import { isObject } from '../../spec/objects';

/** So many events are looked at: of one scenario they all are alike. */
const MOST_EVENTS = 500;
/** A field of no more values than this is one to count by. */
const MOST_VALUES = 20;

export class Fields {
  private readonly values = new Map<string, Set<string>>();
  private events = 0;

  see(event: unknown): void {
    if (this.events++ < MOST_EVENTS) this.collect(event, '');
  }

  /** The sentence that refuses `field`: `did you mean --by channel?`, and all that there are. */
  instead(field: string): string {
    const known = [...this.values.keys()];
    if (known.length === 0) return `no event has a field ${field}, nor any other`;
    const countable = known.find((name) => between(this.values.get(name)?.size ?? 0, 2, MOST_VALUES));
    const near = nearest(field, known) ?? countable;
    return `no event has a field ${field}${near === undefined ? '' : `: did you mean --by ${near}?`} (fields: ${known.join(', ')})`;
  }

  private collect(value: unknown, path: string): void {
    if (isObject(value)) {
      for (const [key, inner] of Object.entries(value)) this.collect(inner, path === '' ? key : `${path}.${key}`);
      return;
    }
    if (path === '') return;
    const seen = this.values.get(path) ?? new Set();
    this.values.set(path, seen.add(JSON.stringify(value)));
  }
}

const between = (n: number, least: number, most: number): boolean => n >= least && n <= most;
