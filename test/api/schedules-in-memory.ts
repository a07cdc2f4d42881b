/** A whole implementation of `Schedules` in memory: nothing fires by itself, a trigger takes no time. */
import {
  ScheduleBusy,
  NoSuchSchedule,
  ScheduleExists,
  type Schedule,
  type Schedules,
  type ScheduleSnapshot,
} from '../../src/jobs/schedules';

export class SchedulesInMemory implements Schedules {
  private readonly known = new Map<string, ScheduleSnapshot>();

  constructor(private readonly now: Date) {}

  list = () => Promise.resolve([...this.known.values()].sort((a, b) => (a.id < b.id ? -1 : 1)));

  async get(id: string) {
    const found = this.known.get(id);
    if (found === undefined) throw new NoSuchSchedule(id);
    return found;
  }

  async create(schedule: Schedule) {
    if (this.known.has(schedule.id)) throw new ScheduleExists(schedule.id);
    return this.put({ ...schedule, nextRunAtMs: null, lastRun: null, running: false });
  }

  change = async (id: string, changed: (before: ScheduleSnapshot) => Schedule) => {
    const before = await this.get(id);
    return this.put({ ...before, ...changed(before) });
  };

  trigger = async (id: string) => {
    const before = await this.get(id);
    if (before.running) throw new ScheduleBusy(before);
    const job = `${id}-${this.now.toISOString().slice(0, 19)}Z`;
    return this.put({ ...before, lastRun: { job, atMs: this.now.getTime() }, running: true });
  };

  remove = async (id: string) => {
    const before = await this.get(id);
    this.known.delete(id);
    return before;
  };

  private put(schedule: ScheduleSnapshot): ScheduleSnapshot {
    const put = { ...schedule, nextRunAtMs: schedule.enabled ? this.now.getTime() + 60_000 : null };
    this.known.set(put.id, put);
    return put;
  }
}
