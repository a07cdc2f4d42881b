/** The six events, as the original system's receiver knows them: their keys, in its order, and their ranges. */
import { z } from 'zod';
import type { JsonSchema } from '../../fields/field';

export const SUBJECTS = [
  'Mathematics',
  'Physics',
  'Chemistry',
  'Biology',
  'English',
  'History',
  'Computer Science',
  'Spanish',
  'French',
] as const;
export const SESSION_TYPES = ['one_on_one', 'group', 'instant_book'] as const;
export const DURATIONS = [30, 60, 90] as const;
export const REASONS = ['scheduling_issue', 'technical_problem', 'tutor_concern', 'billing_question', 'general_inquiry'] as const;
/** Of a call's priority, and of the risk to lose a customer. */
export const LEVELS = ['low', 'medium', 'high'] as const;
export const TIMEZONES = ['EST', 'CST', 'MST', 'PST'] as const;
export const REGIONS = ['northeast', 'southeast', 'midwest', 'west', 'southwest'] as const;

const subject = z.enum(SUBJECTS);
const student = z.string().regex(/^stu_\d{4}$/);
const tutor = z.string().regex(/^tut_\d{3}$/);
const session = z
  .string()
  .regex(/^sess_\d+_\d{4}$/)
  .describe('The instant of its start, milliseconds since the epoch, and four digits.');
const number = (from: number, to: number) => z.int().min(from).max(to);
/** Two decimals. */
const score = (from: number, to: number) => z.number().min(from).max(to);

const of = <Type extends string, Shape extends z.ZodRawShape>(type: Type, shape: Shape) =>
  z.strictObject({
    event_type: z.literal(type),
    payload: z.strictObject({ timestamp: z.string().meta({ format: 'date-time' }), source: z.literal('simulator'), ...shape }),
  });

const event = z.union([
  of('session_started', {
    session_id: session,
    student_id: student,
    tutor_id: tutor,
    subject,
    session_type: z.enum(SESSION_TYPES),
    scheduled_duration_minutes: z.literal(DURATIONS),
  }),
  of('session_completed', {
    session_id: session,
    student_id: student,
    tutor_id: tutor,
    subject,
    actual_duration_minutes: number(20, 95),
    student_rating: number(3, 5),
    tutor_rating: number(3, 5),
    completed_successfully: z.boolean(),
  }),
  of('ib_call_logged', {
    call_id: z.string().regex(/^call_\d+_\d{3}$/),
    student_id: student,
    reason: z.enum(REASONS),
    duration_seconds: number(60, 600),
    resolved: z.boolean(),
    priority: z.enum(LEVELS),
  }),
  of('tutor_availability_updated', {
    tutor_id: tutor,
    available_hours_this_week: number(0, 40),
    subjects: z.array(subject).length(2).describe('Two different ones.'),
    timezone: z.enum(TIMEZONES),
    accepts_instant_book: z.boolean(),
  }),
  of('customer_health_update', {
    student_id: student,
    sessions_last_7_days: number(0, 10),
    sessions_last_30_days: number(0, 40),
    ib_calls_last_14_days: number(0, 5),
    avg_session_rating: score(3, 5),
    health_score: score(60, 100),
    churn_risk: z.enum(LEVELS),
  }),
  of('supply_demand_update', {
    subject,
    region: z.enum(REGIONS),
    available_tutors: number(5, 100),
    active_students: number(10, 500),
    demand_score: score(50, 100),
    supply_score: score(50, 100),
    balance_status: z.enum(['balanced', 'high_demand', 'oversupplied']),
  }),
]);

export type TutoringEvent = z.output<typeof event>;
export type EventType = TutoringEvent['event_type'];
/** What a payload says besides its instant and its source. */
export type About<Type extends EventType> = Omit<Extract<TutoringEvent, { event_type: Type }>['payload'], 'timestamp' | 'source'>;

export const EVENT_TYPES = event.options.map(({ shape }) => shape.event_type.value);

/** JSON Schema of one event. */
export function eventSchema(): JsonSchema {
  const schema: JsonSchema = z.toJSONSchema(event);
  delete schema.$schema;
  return schema;
}
