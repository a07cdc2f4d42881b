/** Events of a tutoring platform. What the figures stand on, and which are invented, is in the model card `tutoring.md` beside this folder. */
import { z } from 'zod';
import { writeJson } from '../../fields/json-bytes';
import { defineScenario, type BatchAddress, type Fill } from '../scenario';
import { availability, customerHealth, ibCall, sessionCompleted, sessionStarted, supplyDemand } from './about';
import { Draw } from './draw';
import { eventSchema, type EventType } from './event';
import { narration } from './narration';
import { Sessions, timeOfEvent } from './sessions';

const name = 'tutoring';
const version = 1;

const options = z.object({
  stream_count: z
    .int()
    .min(1)
    .max(100_000)
    .default(50)
    .describe('Simulated streams that take turns: event n belongs to number n mod stream_count. No event is changed by it.'),
});

/** Events between two moments at which a worker may look after its other jobs. */
const EVENTS_A_SLICE = 64;

const fill: Fill = function* (address, out) {
  const { identity, stream, firstEvent, events, timeUs } = address;
  const draw = new Draw({ ...identity, scenario: { name, version, options: {} }, stream });
  const sessions = new Sessions(draw, firstEvent);
  for (let i = 0; i < events; i++) {
    if (i > 0 && i % EVENTS_A_SLICE === 0) yield;
    const { type, started } = sessions.take();
    const nowMs = Math.floor(timeUs(i) / 1000);
    const about = aboutOf(type, draw, address, firstEvent + i, nowMs, started);
    writeJson(out, { event_type: type, payload: { timestamp: new Date(nowMs).toISOString(), source: 'simulator', ...about } });
    out.keyText(keyOf(about));
    out.endEvent(nowMs);
  }
};

function aboutOf(type: EventType, draw: Draw, address: BatchAddress, n: number, nowMs: number, started: number | null) {
  switch (type) {
    case 'session_started':
      return sessionStarted(draw, n, nowMs);
    case 'session_completed':
      return sessionCompleted(draw, n, nowMs, started === null ? null : { n: started, ms: startMs(address, started) });
    case 'ib_call_logged':
      return ibCall(draw, n, nowMs);
    case 'tutor_availability_updated':
      return availability(draw, n);
    case 'customer_health_update':
      return customerHealth(draw, n);
    case 'supply_demand_update':
      return supplyDemand(draw, n);
  }
}

/** Instant of an event that is not after the batch in hand. */
function startMs({ schedules, stream, batch, firstEvent, timeUs }: BatchAddress, n: number): number {
  const schedule = schedules[stream];
  const us = n >= firstEvent || schedule === undefined ? timeUs(n - firstEvent) : timeOfEvent(schedule, n, batch);
  return Math.floor(us / 1000);
}

/** What the event is about: events of one session, student, tutor or subject keep their order in a partitioned sink. */
function keyOf(about: ReturnType<typeof aboutOf>): string {
  if ('session_id' in about) return about.session_id;
  if ('call_id' in about) return about.call_id;
  if ('student_id' in about) return about.student_id;
  return 'tutor_id' in about ? about.tutor_id : about.subject;
}

export const tutoring = defineScenario({
  name,
  version,
  summary: 'Sessions, calls, availability, customer health, supply and demand of a tutoring platform.',
  options,
  narration,
  streams: ({ stream_count: streams }) => [
    {
      name: 'events',
      schema: eventSchema(),
      time: 'payload.timestamp',
      fill,
      headers: (event) => ({ 'evergen-stream': String(event % streams) }),
    },
  ],
});
