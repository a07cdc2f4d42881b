/**
 * A field of an event: declared once as a value, bound once a stream, then written once an event as JSON bytes straight into the batch's
 * buffer. One kind of field a file; `index.ts` lists them.
 */
import type { BatchBuffer } from './batch-buffer';
import type { Random } from './random';

export type JsonSchema = Record<string, unknown>;
export type Scalar = string | number | boolean;

/** What a field may look at besides its random numbers. One object for a whole batch, changed from event to event: never keep it. */
export interface EventContext {
  /** Event time, wall µs. */
  timeUs: number;
  /** Number of the event within its stream. */
  event: number;
  /**
   * Slots in which categorical fields leave the index of the value they drew, for fields that depend on them; and fields that are referred to,
   * where they begin and end, in bytes from the begin of the event.
   */
  readonly drawn: Int32Array;
}

/**
 * Writes one value at `out.at` and moves it, after asking for room with `out.ensure` (which may replace `out.bytes`). May draw any number
 * of random numbers: the next event starts from its own address. Otherwise pure.
 */
export type Write = (out: BatchBuffer, random: Random, context: EventContext) => void;

export interface Field {
  /** JSON Schema of the value, ranges and enumerations included: `/scenarios`, docs, conformance and quality injection read it. */
  readonly schema: JsonSchema;
  /** The values of a categorical field, in a fixed order. */
  readonly values?: readonly Scalar[];
  /**
   * Called once, before anything is written, in the order of declaration.
   * @throws Error for a declaration that cannot work, such as a dependency on a field that is not there
   */
  bind(scope: Scope): Write;
}

/** The slot that nobody reads. */
const NO_SLOT = 0;
const SLOTS = 256;

/** A categorical field and the slot of `EventContext.drawn` in which it leaves the index, within `values`, of what it drew. */
export interface Categorical {
  readonly slot: number;
  readonly values: readonly Scalar[];
}

/** Where a field stands in its event. */
export class Scope implements Categorical {
  private readonly names = new Map<string, Categorical>();
  /** The slots of where a field begins and ends; NO_SLOT: nobody has asked. */
  private readonly spans = new Map<string, number>();

  private constructor(
    private readonly counter: { slots: number },
    private readonly outer: Scope | undefined,
    readonly slot: number,
    readonly values: readonly Scalar[],
  ) {}

  static root(): Scope {
    return new Scope({ slots: NO_SLOT + 1 }, undefined, NO_SLOT, []);
  }

  /** For the event's context: a slot for every categorical field of the event. */
  static slots(): Int32Array {
    return new Int32Array(SLOTS);
  }

  /** For a record inside this one: it sees the fields before it, its own are not seen outside. */
  record(): Scope {
    return new Scope(this.counter, this, NO_SLOT, []);
  }

  /** Binds a field of this record. A categorical one gets a slot, and those after it can depend on it. */
  bind(name: string, field: Field): Write {
    const write = this.bindValue(name, field);
    this.spans.set(name, NO_SLOT);
    return write;
  }

  private bindValue(name: string, field: Field): Write {
    if (field.values === undefined) return field.bind(this.hidden());
    const slot = this.take(1);
    const write = field.bind(new Scope(this.counter, this, slot, field.values));
    this.names.set(name, { slot, values: field.values });
    return write;
  }

  private take(slots: number): number {
    const slot = this.counter.slots;
    this.counter.slots += slots;
    if (this.counter.slots > SLOTS)
      throw new Error(`more than ${SLOTS - 1} slots, one for a categorical field and two for one that is referred to`);
    return slot;
  }

  /**
   * The slot where a field notes its begin; the next one has its end. Whoever writes the field notes them when somebody has asked (`spanOf`).
   * @throws Error when no field of that name comes before this one
   */
  span(name: string): number {
    for (let scope: Scope | undefined = this as Scope; scope !== undefined; scope = scope.outer) {
      const found = scope.spans.get(name);
      if (found === undefined) continue;
      const slot = found === NO_SLOT ? this.take(2) : found;
      scope.spans.set(name, slot);
      return slot;
    }
    throw new Error(`refers to '${name}', but no field of that name comes before it`);
  }

  /** The same for a field of this record, once all are bound; undefined: nobody refers to it. */
  spanOf(name: string): number | undefined {
    return this.spans.get(name) || undefined;
  }

  /** For a field that nothing depends on, such as an element of a list. */
  hidden(): Scope {
    return new Scope(this.counter, this, NO_SLOT, []);
  }

  /** @throws Error when no categorical field of that name comes before this one */
  categorical(name: string): Categorical {
    for (let scope: Scope | undefined = this as Scope; scope !== undefined; scope = scope.outer) {
      const found = scope.names.get(name);
      if (found !== undefined) return found;
    }
    throw new Error(`depends on '${name}', but no field of that name with a fixed set of values comes before it`);
  }

  /** What a categorical field with these values leaves in its slot for each of them. */
  codes(values: readonly Scalar[]): Int32Array {
    return Int32Array.from(values, (value) => Math.max(0, this.values.indexOf(value)));
  }
}
