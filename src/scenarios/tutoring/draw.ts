/** Values drawn by address: what is drawn for one thing is the same each time, whoever asks. */
import { Random, streamKey, type StreamIdentity } from '../../fields/random';

/** What has numbers of its own: an event's type, the rest of it, the session that begins with it; a tutor. */
const FACETS = { type: 0, event: 1, session: 2, tutor: 3 } as const;

export class Draw {
  private readonly random: Random;

  constructor(identity: StreamIdentity) {
    this.random = new Random(streamKey(identity));
  }

  /** Goes to the beginning of the numbers of event (or tutor) number `n`. */
  at(facet: keyof typeof FACETS, n: number): this {
    this.random.at(n, FACETS[facet]);
    return this;
  }

  /** Uniform, both ends inclusive. */
  int(from: number, to: number): number {
    return from + this.random.below(to - from + 1);
  }

  /** Uniform in steps of a hundredth, both ends inclusive. */
  hundredths(from: number, to: number): number {
    return this.int(from * 100, to * 100) / 100;
  }

  chance(p: number): boolean {
    return this.random.float() < p;
  }

  /** Each as likely as the others. @throws Error when there are none */
  oneOf<const T>(values: readonly T[]): T {
    const value = values[this.random.below(values.length)];
    if (value === undefined) throw new Error('there is nothing to choose from');
    return value;
  }

  /** An integer where `share` (0 … 1) stands in the range, moved by up to `spread` of it to either side; both ends inclusive. */
  around(share: number, from: number, to: number, spread: number): number {
    const moved = share + (this.random.float() * 2 - 1) * spread;
    return from + Math.round(Math.min(1, Math.max(0, moved)) * (to - from));
  }
}
