/** How far a soak is: one line that is written over on a terminal, a plain line now and then elsewhere. */
import { count, span } from '../../figures';
import type { Screen } from '../run/progress';
import type { Look } from './drive';

/** Between two plain lines. */
const PLAIN_MS = 15_000;

export function createSoakProgress(screen: Screen, kills: number): { show(look: Look): void; end(): void } {
  const drawn = screen.isTTY === true;
  let next = 0;
  return {
    show(look) {
      if (drawn) return void screen.write(`\r\x1b[K${lineOf(look, kills)}`);
      if (performance.now() < next) return;
      next = performance.now() + PLAIN_MS;
      screen.write(`${lineOf(look, kills)}\n`);
    },
    end: () => void (drawn && screen.write('\r\x1b[K')),
  };
}

const lineOf = ({ elapsedMs, kills, events, state }: Look, planned: number): string =>
  `${span(elapsedMs)}  ${count(kills)} of ${count(planned)} kills  ${count(events)} events  ${state}`;
