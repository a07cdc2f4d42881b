/** From one event to a batch of them. */
import type { BatchBuffer } from './batch-buffer';
import { type EventContext, type Field, Scope } from './field';
import { Random, streamKey } from './random';
import { record, type RecordField } from './record';

/** What `each` needs to know of a batch; the full form is `BatchAddress` of the scenario contract. */
interface Address {
  readonly identity: { readonly seed: number; readonly startUs: number };
  readonly stream: string;
  readonly batch: number;
  readonly events: number;
  readonly firstEvent: number;
  timeUs(i: number): number;
}

export interface EachOptions {
  /** Name of the record's field whose value is the event's key. */
  readonly key: string;
  /** What the bytes depend on besides seed, start and address. */
  readonly scenario: { readonly name: string; readonly version: number; readonly options: Readonly<Record<string, unknown>> };
  /** Events between two moments at which a worker may look after its other jobs: 64, well under 1 ms where they are not slower than most. */
  readonly slice?: number;
}

/** A `Fill` that writes the record for each event that the schedule asks for, independently of all others. */
export function each(
  event: RecordField,
  { key, scenario, slice = 64 }: EachOptions,
): (address: Address, out: BatchBuffer) => Generator<void, void, void> {
  const keyField = event.fields[key];
  if (keyField === undefined) throw new Error(`the key '${key}' is not a field of the record`);
  const write = record({ ...event.fields, [key]: keyed(keyField) }).bind(Scope.root());

  return function* fill(address, out) {
    const random = new Random(streamKey({ ...address.identity, scenario, stream: address.stream }));
    const context: EventContext = { timeUs: 0, event: 0, drawn: Scope.slots() };
    for (let i = 0; i < address.events; i++) {
      if (i > 0 && i % slice === 0) yield;
      random.at(address.batch, i);
      context.timeUs = address.timeUs(i);
      context.event = address.firstEvent + i;
      write(out, random, context);
      out.endEvent(Math.floor(context.timeUs / 1000));
    }
  };
}

const QUOTE = 34;
const BACKSLASH = 92;

/** The field, whose value is also noted as the event's key: a string as its text, anything else as its JSON. */
function keyed(field: Field): Field {
  return {
    ...field,
    bind: (scope) => {
      const write = field.bind(scope);
      return (out, random, context) => {
        const start = out.at;
        write(out, random, context);
        if (out.bytes[start] !== QUOTE) return out.keyFrom(start, out.at);
        for (let at = start; at < out.at; at++) {
          if (out.bytes[at] === BACKSLASH) return out.keyText(String(JSON.parse(out.bytes.toString('utf8', start, out.at))));
        }
        out.keyFrom(start + 1, out.at - 1);
      };
    },
  };
}
