/** What the events are about. Shares and ranges are the original's; what depends on what, and why, is in the model card `tutoring.md`. */
import type { Draw } from './draw';
import { DURATIONS, LEVELS, REASONS, REGIONS, SESSION_TYPES, SUBJECTS, TIMEZONES, type About } from './event';

const student = (draw: Draw): string => `stu_${String(draw.int(1000, 9999))}`;
const tutorNumber = (draw: Draw): number => draw.int(100, 999);

/** A tutor lives in one time zone and teaches two subjects, the same ones in every event. */
function tutor(draw: Draw, n: number) {
  draw.at('tutor', n);
  const first = draw.oneOf(SUBJECTS);
  const second = SUBJECTS[(SUBJECTS.indexOf(first) + draw.int(1, SUBJECTS.length - 1)) % SUBJECTS.length] ?? first;
  return { tutor_id: `tut_${String(n)}`, subjects: [first, second] as const, timezone: draw.oneOf(TIMEZONES) };
}

interface Session {
  who: Pick<About<'session_started'>, 'session_id' | 'student_id' | 'tutor_id' | 'subject'>;
  type: About<'session_started'>['session_type'];
  minutes: About<'session_started'>['scheduled_duration_minutes'];
}

/** The session number `n`: that of the event by which it begins. */
function session(draw: Draw, n: number, startedMs: number): Session {
  draw.at('session', n);
  const [type, minutes, student_id] = [draw.oneOf(SESSION_TYPES), draw.oneOf(DURATIONS), student(draw)];
  const [digits, number, taught] = [draw.int(1000, 9999), tutorNumber(draw), draw.int(0, 1)];
  const { tutor_id, subjects } = tutor(draw, number);
  const session_id = `sess_${String(startedMs)}_${String(digits)}`;
  return { who: { session_id, student_id, tutor_id, subject: subjects[taught] ?? subjects[0] }, type, minutes };
}

export function sessionStarted(draw: Draw, n: number, nowMs: number): About<'session_started'> {
  const { who, type, minutes } = session(draw, n, nowMs);
  return { ...who, session_type: type, scheduled_duration_minutes: minutes };
}

/** @param started number and instant of the event by which the session began; null: it began before the run */
export function sessionCompleted(
  draw: Draw,
  n: number,
  nowMs: number,
  started: { n: number; ms: number } | null,
): About<'session_completed'> {
  const { minutes } = session(draw, started?.n ?? n, 0);
  draw.at('event', n);
  const completed_successfully = draw.chance(0.9);
  const actual_duration_minutes = completed_successfully ? minutes + draw.int(-5, 5) : draw.int(20, Math.floor(minutes * 0.8));
  const [student_rating, tutor_rating] = [rating(draw, completed_successfully), rating(draw, completed_successfully)];
  const { who } = session(draw, started?.n ?? n, started?.ms ?? nowMs - actual_duration_minutes * 60_000);
  return { ...who, actual_duration_minutes, student_rating, tutor_rating, completed_successfully };
}

/** In all, 3, 4 and 5 come equally often, as in the original; after a failure 6 in 10 are a 3. */
function rating(draw: Draw, success: boolean): number {
  const drawn = draw.int(0, 899);
  const [three, four] = success ? [274, 577] : [540, 810];
  return drawn < three ? 3 : drawn < four ? 4 : 5;
}

export const ibCall = (draw: Draw, n: number, nowMs: number): About<'ib_call_logged'> => ({
  call_id: `call_${String(nowMs)}_${String(draw.at('event', n).int(100, 999))}`,
  student_id: student(draw),
  reason: draw.oneOf(REASONS),
  duration_seconds: draw.int(60, 600),
  resolved: draw.chance(0.7),
  priority: draw.oneOf(LEVELS),
});

export function availability(draw: Draw, n: number): About<'tutor_availability_updated'> {
  draw.at('event', n);
  const [available_hours_this_week, number] = [draw.int(0, 40), tutorNumber(draw)];
  // Nobody without hours; one in two of all.
  const accepts_instant_book = available_hours_this_week > 0 && draw.chance((0.5 * 41) / 40);
  const { tutor_id, subjects, timezone } = tutor(draw, number);
  return { tutor_id, available_hours_this_week, subjects: [...subjects], timezone, accepts_instant_book };
}

/** The score is drawn, the rest follows it: a healthy customer comes often, rates well and seldom calls. */
export function customerHealth(draw: Draw, n: number): About<'customer_health_update'> {
  const student_id = student(draw.at('event', n));
  const health_score = draw.hundredths(60, 100);
  const health = (health_score - 60) / 40;
  const sessions_last_30_days = draw.around(health, 0, 40, 0.25);
  return {
    student_id,
    sessions_last_7_days: Math.min(sessions_last_30_days, draw.around(sessions_last_30_days / 40, 0, 10, 0.2)),
    sessions_last_30_days,
    ib_calls_last_14_days: draw.around(1 - health, 0, 5, 0.4),
    avg_session_rating: draw.around(health, 300, 500, 0.3) / 100,
    health_score,
    churn_risk: health > 2 / 3 ? 'low' : health > 1 / 3 ? 'medium' : 'high',
  };
}

/** Points between demand and supply up to which they are in balance: of two uniform scores, one pair in three. */
const BALANCED = 9.2;

export function supplyDemand(draw: Draw, n: number): About<'supply_demand_update'> {
  const [subject, region] = [draw.at('event', n).oneOf(SUBJECTS), draw.oneOf(REGIONS)];
  const [demand_score, supply_score] = [draw.hundredths(50, 100), draw.hundredths(50, 100)];
  const excess = demand_score - supply_score;
  return {
    subject,
    region,
    available_tutors: draw.around((supply_score - 50) / 50, 5, 100, 0.1),
    active_students: draw.around((demand_score - 50) / 50, 10, 500, 0.1),
    demand_score,
    supply_score,
    balance_status: Math.abs(excess) <= BALANCED ? 'balanced' : excess > 0 ? 'high_demand' : 'oversupplied',
  };
}
