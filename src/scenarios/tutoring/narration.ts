/** The log lines that the original simulator prints, word for word. */
import { z } from 'zod';
import type { Narration } from '../scenario';

const typed = z.object({ event_type: z.string() });
const answered = z.object({ sequenceNumber: z.union([z.string(), z.number()]) });

export const narration: Narration<{ stream_count: number }> = {
  begun: ({ options: { stream_count: streams }, events, target }) => [
    `Starting simulation: ${String(streams)} streams, ${events === null ? 'events until stopped' : `${String(events / streams)} events per stream`}`,
    `Target API: ${target}`,
    ...(events === null ? [] : [`Generating ${String(events)} total events...`]),
  ],
  sent: (event, answer) => `Sent ${typeIn(event)}: ${sequenceNumberIn(answer)}`,
  failed: (event, reason) => `Failed to send ${typeIn(event)}: ${reason}`,
  ended: (how, events) => `Simulation ${how === 'completed' ? 'complete' : how}: ${String(events)} events sent`,
};

const typeIn = (event: string): string => read(typed, event)?.event_type ?? 'event';
const sequenceNumberIn = (answer: string): string => String(read(answered, answer)?.sequenceNumber ?? 'unknown');

/** Undefined for anything else, such as an answer that is not JSON or was cut off. */
function read<S extends z.ZodType>(schema: S, text: string): z.output<S> | undefined {
  try {
    return schema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
