/** How a receiver misbehaves on purpose: which requests, and how, follows from a seed and the request's number. */
import { Random, streamKey } from '../../fields/random';

/** A status from 400 to 599, or something worse: `reset` and `hang` strike in every second case only after the event was taken. */
export type Fault = { kind: 'status'; status: number } | { kind: 'slow' } | { kind: 'reset' | 'hang'; taken: boolean };

/** Share of the requests, 0 … 1, by `429`, `500`, …, `slow`, `reset`, `hang`; together at most 1. */
export type Shares = ReadonlyMap<string, number>;

export class Misbehaviour {
  private requests = 0;
  private readonly random: Random;

  constructor(
    private readonly shares: Shares,
    seed: number,
  ) {
    this.random = new Random(streamKey({ seed, startUs: 0, scenario: { name: 'ingest', version: 1, options: {} }, stream: 'requests' }));
  }

  /** What the next request meets; null: nothing bad. */
  next(): { name: string; fault: Fault } | null {
    this.random.at(this.requests++, 0);
    let drawn = this.random.float();
    const taken = this.random.float() < 0.5;
    for (const [name, share] of this.shares) {
      drawn -= share;
      if (drawn < 0) return { name, fault: faultOf(name, taken) };
    }
    return null;
  }
}

function faultOf(name: string, taken: boolean): Fault {
  if (name === 'slow') return { kind: name };
  if (name === 'reset' || name === 'hang') return { kind: name, taken };
  return { kind: 'status', status: Number(name) };
}

/** @returns the sentence that says what is wrong, or `KIND=SHARE` taken apart */
export function readShare(text: string): { name: string; share: number } | string {
  const [, name = '', share = ''] = /^([a-z]+|[45]\d\d)=(0|1|0?\.\d+|1\.0+)$/.exec(text) ?? [];
  if (!/^(slow|reset|hang|[45]\d\d)$/.test(name))
    return 'must be KIND=SHARE such as 500=0.1: KIND a status from 400 to 599, slow, reset or hang; SHARE from 0 to 1';
  return { name, share: Number(share) };
}
