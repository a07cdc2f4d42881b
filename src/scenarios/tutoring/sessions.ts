/**
 * Which session a completion belongs to, by arithmetic: the types of all events are functions of their numbers, so a walk over them tells which
 * sessions are open. Only within a block, so that the walk to any event is short.
 */
import type { StreamSchedule } from '../../../workflows/schedule';
import type { Draw } from './draw';
import { EVENT_TYPES, type EventType } from './event';

/** Events: as many as the larger run of the original document. Sessions that are open at the end of a block are never completed. */
const BLOCK = 2_000;

const typeOf = (draw: Draw, n: number): EventType => draw.at('type', n).oneOf(EVENT_TYPES);

export class Sessions {
  private next: number;
  private open: number[] = [];

  /** @param n the first event that will be taken */
  constructor(
    private readonly draw: Draw,
    n: number,
  ) {
    this.next = n - (n % BLOCK);
    while (this.next < n) this.take();
  }

  /** Takes the next event. `started`: of a completion, the number of the event that began the session, the longest open one; null: none of this run did. */
  take(): { type: EventType; started: number | null } {
    const n = this.next++;
    if (n % BLOCK === 0) this.open = [];
    const type = typeOf(this.draw, n);
    if (type === 'session_started') this.open.push(n);
    return { type, started: type === 'session_completed' ? (this.open.shift() ?? null) : null };
  }
}

/** Event time of event number `n`, wall µs. @param until a batch that is not before that of the event */
export function timeOfEvent(schedule: StreamSchedule, n: number, until: number): number {
  let [low, high] = [0, until];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (schedule.batch(middle).firstEvent <= n) low = middle;
    else high = middle - 1;
  }
  const { firstEvent, timeUs } = schedule.batch(low);
  return timeUs(n - firstEvent);
}
