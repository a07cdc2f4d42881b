/** What a run's scenario has to say for the log: how it begins and ends, and what became of each request. */
import type { Logger } from '../src/log';
import { scenarios } from '../src/scenarios';
import type { Narration } from '../src/scenarios/scenario';
import type { Delivery } from '../src/sinks/sink';
import { parseJobSpec } from '../src/spec/job-spec';
import { sum } from '../workflows/ledger';
import type { NamedPlan, PublishArgs } from '../workflows/messages';
import { isScheduled } from '../workflows/naming';

/** Runs that this worker has written for lately. */
const REMEMBERED = 1_000;

type Say = (line: string) => void;

export class Narrator {
  private readonly runs = new Map<string, { narration: Narration; say: Say }>();

  constructor(private readonly log: Logger) {}

  /** This worker writes for the run, from now on. */
  writes(plan: NamedPlan): void {
    const key = keyOf(plan);
    const { narration } = scenarios.get(plan.scenario);
    if (narration === undefined || this.runs.has(key)) return;
    this.runs.set(key, { narration, say: this.voice(plan) });
    const oldest = this.runs.keys().next();
    if (this.runs.size > REMEMBERED && oldest.done !== true) this.runs.delete(oldest.value);
  }

  delivered({ part, outcome, body, reason, answer }: Delivery): void {
    const run = this.runs.get(keyOf(part));
    if (run === undefined) return;
    const event = Buffer.from(body).toString();
    run.say(outcome === 'accepted' ? run.narration.sent(event, answer) : run.narration.failed(event, reason));
  }

  /** The run's manifest is there for the first time, or for the last. */
  published({ plan, state, parts }: PublishArgs, target: string, { first, last }: { first: boolean; last: boolean }): void {
    const { narration } = scenarios.get(plan.scenario);
    if (narration === undefined) return;
    const say = this.voice(plan);
    const { scenario, load } = parseJobSpec(plan.spec);
    if (first) narration.begun({ options: scenario.options, events: load.events ?? null, target }).forEach(say);
    if (!last) return;
    say(narration.ended(state, sum(parts.map(({ totals }) => totals)).emitted));
    this.runs.delete(keyOf(plan));
  }

  /** Scheduled runs come and go by themselves: their lines are for who looks for them. */
  private voice({ job, run }: Pick<NamedPlan, 'job' | 'run'>): Say {
    const log = this.log.of({ runId: run });
    const level = isScheduled(job) ? 'debug' : 'info';
    return (line) => {
      log[level](line, { job });
    };
  }
}

const keyOf = ({ job, run }: { job: string; run: string }): string => `${job}/${run}`;
