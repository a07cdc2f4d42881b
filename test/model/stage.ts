/**
 * A cooperative scheduler. Whatever the project's code would wait for (a file operation, an instant) is a gate that the explorer opens; one actor
 * runs at a time, until nothing is left in the queue of microtasks. So a run is determined by the order in which gates are opened.
 */

import type { Files } from '../../src/sinks/disk/files';

/** A place at which an actor waits: opening it carries the operation out. */
export interface Gate {
  what: string;
  /** Wall µs of the actor's clock from which on it may be opened; 0: at once. */
  fromUs: number;
  open(): void;
}

/** A one-shot timer (`everyMs` null) or an interval of a process. */
export interface Timer {
  actor: Actor;
  atMs: number;
  everyMs: number | null;
  run(): void;
}

/** What a process may ask of its surroundings while it runs for one attempt of an activity. */
export interface Surroundings {
  timers: Set<Timer>;
}

/** One attempt of an activity, or what is left of it when it has ended and something of it still goes on. */
export interface Actor {
  label: string;
  /** Under which it works. */
  generation: number;
  gates: Gate[];
  process: Surroundings;
  context: unknown;
}

/** What processes of this world share. */
export interface Shared {
  files: Files;
  target: { dispatch(request: unknown, handler: unknown): void };
}

class Stage {
  /** The wall. */
  nowMs = 0;
  private shared: Shared | null = null;
  private running: Actor | null = null;

  get current(): Actor {
    if (this.running === null) throw new Error('project code runs although no actor has its turn');
    return this.running;
  }

  /** Another world begins. */
  enter(shared: Shared, nowMs: number): void {
    this.shared = shared;
    this.nowMs = nowMs;
  }

  get world(): Shared {
    if (this.shared === null) throw new Error('no world has begun');
    return this.shared;
  }

  /** Gives the actor its turn: runs `turn`, and then all that follows from it. */
  async act(actor: Actor, turn: () => void): Promise<void> {
    this.running = actor;
    turn();
    // Next ticks run when the queue of microtasks is empty.
    await new Promise<void>((resolve) => {
      process.nextTick(resolve);
    });
    this.running = null;
  }

  /** An operation that the explorer carries out when it opens the gate. */
  gated<T>(what: string, operation: () => T): Promise<T> {
    const { gates } = this.current;
    return new Promise((resolve, reject) => {
      gates.push({
        what,
        fromUs: 0,
        open: () => {
          try {
            resolve(operation());
          } catch (error) {
            reject(error as Error);
          }
        },
      });
    });
  }

  setTimer(run: () => void, ms: number, everyMs: number | null): Timer & { unref(): void } {
    const actor = this.current;
    const timer = { actor, atMs: this.nowMs + ms, everyMs, run, unref: () => undefined };
    actor.process.timers.add(timer);
    return timer;
  }
}

export const stage = new Stage();
