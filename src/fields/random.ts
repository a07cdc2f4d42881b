/**
 * Random numbers by address. The generator is positioned on an event, not run through the events before it, so any event can be made
 * alone, twice, in any order and by any machine with the same outcome.
 */
import { createHash } from 'node:crypto';

/** Everything the numbers of one stream are drawn from. Job id, run, sink, shards and load are left out: they change no event; so is quality, which changes events afterwards. */
export interface StreamIdentity {
  /** 0 … 2^32-1. */
  readonly seed: number;
  /** Due instant of batch 0, wall µs. */
  readonly startUs: number;
  readonly scenario: { readonly name: string; readonly version: number; readonly options: Readonly<Record<string, unknown>> };
  readonly stream: string;
}

/**
 * Four words that stand for a stream: the head of SHA-256 over its identity as JSON, object keys in order of their code units.
 * @param purpose of numbers that are not those of the events, and must not move them: `quality`
 */
export function streamKey(
  { seed, startUs, scenario: { name, version, options }, stream }: StreamIdentity,
  purpose?: 'quality',
): Int32Array {
  const identity = ['evergen', seed, startUs, name, version, sorted(options), stream];
  const digest = createHash('sha256')
    .update(JSON.stringify(purpose === undefined ? identity : [...identity, purpose]))
    .digest();
  return Int32Array.from([0, 4, 8, 12], (offset) => digest.readInt32LE(offset));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, sorted(inner)]));
}

const TWO_32 = 2 ** 32;
const { floor, imul } = Math;

/**
 * Draws come from sfc32 (C. Doty-Humphrey's Small Fast Counting generator, PractRand 0.94), whose 128 bits of state are set by `at` from
 * the stream's key and the event's address with MurmurHash3's finalizer (A. Appleby): full avalanche, so neighbouring addresses share
 * nothing, and sfc32's usual warm-up rounds are not needed. Two events of one batch never have the same state; two events of different batches, with
 * a probability of about 2^-111.
 */
export class Random {
  // int32 throughout, since V8 keeps these in place where it would box a uint32.
  private a = 0;
  private b = 0;
  private c = 0;
  private d = 0;
  private batch = -1;
  private b0 = 0;
  private b1 = 0;
  private b2 = 0;
  private b3 = 0;
  private readonly k0: number;
  private readonly k1: number;
  private readonly k2: number;
  private readonly k3: number;

  /** @param key four words, from `streamKey` */
  constructor(key: Int32Array) {
    [this.k0, this.k1, this.k2, this.k3] = [key[0] ?? 0, key[1] ?? 0, key[2] ?? 0, key[3] ?? 0];
  }

  /** Goes to the start of the numbers of event `i` (0 … 2^32-1) of batch `batch` (0 … 2^53-1). */
  at(batch: number, i: number): void {
    if (batch !== this.batch) this.enter(batch);
    this.a = mix(this.b0 ^ i);
    this.b = mix(this.b1 ^ this.a);
    this.c = mix(this.b2 ^ this.b);
    this.d = mix(this.b3 ^ this.c);
  }

  /** Uniform integer, 0 … 2^32-1. */
  next(): number {
    return this.bits() >>> 0;
  }

  /** 32 random bits as an int32. */
  bits(): number {
    const t = (((this.a + this.b) | 0) + this.d) | 0;
    this.d = (this.d + 1) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = (((this.c << 21) | (this.c >>> 11)) + t) | 0;
    return t;
  }

  /** Uniform in [0, 1) in steps of 2^-53. */
  float(): number {
    const high = this.bits() >>> 5;
    return (high * 0x4000000 + (this.bits() >>> 6)) / 2 ** 53;
  }

  /**
   * Uniform integer, 0 … n-1, for 1 ≤ n ≤ 2^53. Multiply and shift without a rejection loop, so that the number of draws is fixed:
   * one value may be likelier than another by a share of n / 2^32 (n / 2^53 from n = 2^20 on, with two draws).
   */
  below(n: number): number {
    return n < 0x100000 ? floor(((this.bits() >>> 0) * n) / TWO_32) : floor(this.float() * n);
  }

  /** The key with the number of the batch stirred in, twice, so that each word depends on all of key and batch. */
  private enter(batch: number): void {
    const low = batch | 0;
    const high = floor(batch / TWO_32) | 0;
    this.batch = batch;
    let w0 = this.k0 ^ low;
    let w1 = this.k1 ^ high;
    let w2 = this.k2;
    let w3 = this.k3;
    for (let round = 1; round <= 2; round++) {
      w0 = mix((w0 + imul(round, 0x9e3779b9)) ^ w3);
      w1 = mix(w1 ^ w0);
      w2 = mix(w2 ^ w1);
      w3 = mix(w3 ^ w2);
    }
    this.b0 = w0;
    this.b1 = w1;
    this.b2 = w2;
    this.b3 = w3;
  }
}

/** MurmurHash3's 32-bit finalizer: a bijection on int32. */
function mix(h: number): number {
  h = imul(h ^ (h >>> 16), 0x85ebca6b);
  h = imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
