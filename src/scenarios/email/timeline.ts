/**
 * One recipient's season: a function of seed, start and recipient, and of nothing that others do. Made in time order, as long as somebody asks,
 * so no season is too long to be held.
 */
import { Agenda } from './agenda';
import { habits, type Calendar, type Campaign } from './campaigns';
import { chance, exponential, logNormal, uniform } from './draws';
import { congestion } from './esps';
import type { Happening, Message } from './happening';
import { Mood } from './mood';
import { subscribed, type Recipient } from './recipients';
import { Suppression } from './suppression';
import { localOf, utcOf } from './zones';

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** A mail that was not opened for so long never is. */
const STALE_MS = 7 * DAY_MS;
const REOPENS = 0.14;
const VISITS_AFTER_CLICK = 0.5;
/** Support tickets a day. */
const TICKETS = 0.003;
/** Of messages that a mailbox puts off, the share that it never takes. */
const REFUSED_AFTER_ALL = 0.06;

type Step = { readonly atMs: number } & (
  | { kind: 'day'; day: number }
  | { kind: 'send'; campaign: Campaign }
  | { kind: 'attempt'; message: Message; sentMs: number; attempt: number }
  | { kind: 'open'; message: Message; deliveredMs: number; again: boolean }
  | { kind: 'click' | 'unsubscribe' | 'complain'; message: Message; openedMs: number }
  | { kind: 'visit' | 'ticket' }
);

const NOTHING: readonly Happening[] = [];

/** No generator: of 20,000 lives that stand still, each would keep its frame and iterators. */
export class Life {
  private readonly agenda = new Agenda<Step>();
  private readonly mood: Mood;
  private readonly suppression = new Suppression();
  /** What the last step has brought besides. */
  private rest: readonly Happening[] = NOTHING;

  constructor(
    readonly recipient: Recipient,
    private readonly calendar: Calendar,
    private readonly startMs: number,
  ) {
    this.mood = new Mood(recipient);
    // Local midnight of the first day may lie before the start, or after it: what would have been before it is left out.
    this.agenda.add({ kind: 'day', day: 0, atMs: utcOf(recipient.zone, calendar.midnight(0)) });
  }

  /** What is published, in time order; undefined when nobody may write to the recipient any more. */
  next(): Happening | undefined {
    for (;;) {
      const [happening, ...rest] = this.rest;
      if (happening !== undefined) {
        this.rest = rest.length === 0 ? NOTHING : rest;
        return happening;
      }
      const step = this.suppression.forEver ? undefined : this.agenda.next();
      if (step === undefined) return undefined;
      this.rest = this.take(step);
    }
  }

  private take(step: Step): readonly Happening[] {
    switch (step.kind) {
      case 'day':
        return this.day(step);
      case 'send':
        return this.send(step);
      case 'attempt':
        return this.attempt(step);
      case 'open':
        return this.open(step);
      case 'click':
        return this.click(step);
      case 'unsubscribe':
        this.suppression.close();
        return [{ atMs: step.atMs, type: 'unsubscribed', message: step.message, metadata: {} }];
      case 'complain':
        return [
          { atMs: step.atMs, type: 'complained', message: step.message, metadata: {} },
          this.suppression.trip('complaint', step.atMs + SECOND_MS, Infinity, step.message),
        ];
      case 'visit':
        this.mood.heat('site_visit', step.atMs);
        return NOTHING;
      case 'ticket':
        return [this.suppression.trip('support_ticket', step.atMs, step.atMs + this.ticketMs(), null)];
    }
  }

  /** Plans a local day: its sends, and what the recipient does of his own accord. */
  private day({ day }: Extract<Step, { kind: 'day' }>): readonly Happening[] {
    const { recipient, calendar } = this;
    const { random, zone, persona } = recipient;
    const midnight = calendar.midnight(day);
    for (const campaign of calendar.day(day)) {
      if (!subscribed(recipient, campaign.kind) || !chance(random, habits[campaign.kind].audience)) continue;
      const localMs = midnight + (campaign.minute + uniform(random, 0, campaign.overMinutes)) * MINUTE_MS;
      this.plan({ kind: 'send', campaign, atMs: utcOf(zone, Math.floor(localMs)) });
    }
    const sometime = () => utcOf(zone, Math.floor(persona.attention.after(midnight, uniform(random, 0, 24))));
    if (chance(random, persona.visits)) this.plan({ kind: 'visit', atMs: sometime() });
    if (chance(random, TICKETS)) this.plan({ kind: 'ticket', atMs: sometime() });
    this.agenda.add({ kind: 'day', day: day + 1, atMs: utcOf(zone, calendar.midnight(day + 1)) });
    return NOTHING;
  }

  private send({ atMs, campaign }: Extract<Step, { kind: 'send' }>): readonly Happening[] {
    if (this.suppression.forbids(atMs)) return NOTHING;
    const storm = this.suppression.storm(atMs);
    if (storm !== null) return [storm];
    const { random } = this.recipient;
    const { esp } = habits[campaign.kind];
    const message: Message = { id: messageId(random.next(), random.next(), random.next()), campaign, esp };
    const fatigue = this.mood.write(atMs);
    const queue = logNormal(random, esp.medianS, esp.sigma) * congestion(atMs).latency;
    this.plan({ kind: 'attempt', message, sentMs: atMs, attempt: 1, atMs: atMs + Math.ceil(queue * SECOND_MS) });
    return [{ atMs, type: 'sent', message, metadata: { fatigue: Math.round(fatigue * 100) / 100 } }];
  }

  private attempt({ atMs, message, sentMs, attempt }: Extract<Step, { kind: 'attempt' }>): readonly Happening[] {
    // What is still under way when the breaker trips is withdrawn.
    if (this.suppression.forbids(atMs)) return NOTHING;
    const { random, goneFromMs } = this.recipient;
    const { esp } = message;
    if (atMs >= goneFromMs) {
      return [
        { atMs, type: 'bounced', message, metadata: { bounce: 'hard', reason: 'unknown_mailbox', attempts: attempt } },
        this.suppression.trip('hard_bounce', atMs + SECOND_MS, Infinity, message),
      ];
    }
    if (chance(random, attempt === 1 ? esp.defers * congestion(atMs).defers : 3 * esp.defers)) {
      const pause = esp.retryMinutes[attempt - 1];
      if (pause === undefined || chance(random, REFUSED_AFTER_ALL)) {
        return [{ atMs, type: 'bounced', message, metadata: { bounce: 'soft', reason: 'mailbox_full', attempts: attempt } }];
      }
      const retryMs = Math.ceil(pause * uniform(random, 0.8, 1.2) * MINUTE_MS);
      this.plan({ kind: 'attempt', message, sentMs, attempt: attempt + 1, atMs: atMs + retryMs });
      return [
        { atMs, type: 'deferred', message, metadata: { reason: chance(random, 0.7) ? 'rate_limited' : 'greylisted', attempts: attempt } },
      ];
    }
    const hot = this.mood.hot(atMs);
    this.decide(atMs, message);
    return [{ atMs, type: 'delivered', message, metadata: { attempts: attempt, latency_ms: atMs - sentMs, hot_path: hot?.cause ?? null } }];
  }

  /** Whether and when a message that has just been delivered is opened. */
  private decide(deliveredMs: number, message: Message): void {
    const { random, persona, zone } = this.recipient;
    if (!chance(random, this.mood.openRate(deliveredMs) * habits[message.campaign.kind].appeal)) return;
    const hours = exponential(random, persona.waitHours) * this.mood.haste(deliveredMs);
    const localMs = persona.attention.after(localOf(zone, deliveredMs), hours);
    const atMs = Math.max(deliveredMs + 2 * SECOND_MS, utcOf(zone, Math.floor(localMs)));
    if (atMs - deliveredMs <= STALE_MS) this.plan({ kind: 'open', message, deliveredMs, again: false, atMs });
  }

  private open({ atMs, message, deliveredMs, again }: Extract<Step, { kind: 'open' }>): readonly Happening[] {
    const { random, persona, zone } = this.recipient;
    const soon = (medianS: number) => atMs + Math.ceil(logNormal(random, medianS, 0.7) * SECOND_MS);
    const about = { message, openedMs: atMs };
    if (chance(random, persona.clicks * (this.mood.hot(atMs) === null ? 1 : 1.3))) this.plan({ kind: 'click', ...about, atMs: soon(20) });
    const tired = 1 + this.mood.fatigue(atMs);
    if (chance(random, persona.unsubscribes * tired)) this.plan({ kind: 'unsubscribe', ...about, atMs: soon(45) });
    if (chance(random, persona.complains * tired)) this.plan({ kind: 'complain', ...about, atMs: soon(30) });
    if (!again && chance(random, REOPENS)) {
      const later = persona.attention.after(localOf(zone, atMs), exponential(random, 6));
      this.plan({ kind: 'open', message, deliveredMs, again: true, atMs: Math.max(atMs + MINUTE_MS, utcOf(zone, Math.floor(later))) });
    }
    const device = chance(random, persona.mobile) ? 'mobile' : 'desktop';
    return [{ atMs, type: 'opened', message, metadata: { device, again, since_delivery_ms: atMs - deliveredMs } }];
  }

  private click({ atMs, message, openedMs }: Extract<Step, { kind: 'click' | 'unsubscribe' | 'complain' }>): readonly Happening[] {
    const { random } = this.recipient;
    this.mood.heat('click', atMs);
    if (chance(random, VISITS_AFTER_CLICK)) this.plan({ kind: 'visit', atMs: atMs + Math.ceil(uniform(random, 1, 10) * MINUTE_MS) });
    return [{ atMs, type: 'clicked', message, metadata: { link: 1 + random.below(5), since_open_ms: atMs - openedMs } }];
  }

  private ticketMs(): number {
    return Math.ceil(Math.min(120, Math.max(12, logNormal(this.recipient.random, 36, 0.5))) * HOUR_MS);
  }

  private plan(step: Step): void {
    if (step.atMs >= this.startMs) this.agenda.add(step);
  }
}

const messageId = (...words: readonly number[]): string => `msg_${words.map((word) => word.toString(16).padStart(8, '0')).join('')}`;
