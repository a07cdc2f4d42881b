/** Mail services between sender and mailbox: how long they take, how often a mailbox puts them off, when they try again. Invented figures. */

export interface Esp {
  readonly name: string;
  /** First attempt, seconds after the send: log-normal. */
  readonly medianS: number;
  readonly sigma: number;
  /** Probability that an attempt is deferred. */
  readonly defers: number;
  /** Minutes from each deferred attempt to the next, ± 20 %; when they are used up, the message bounces. */
  readonly retryMinutes: readonly number[];
}

export const esps = {
  klaviyo: { name: 'klaviyo', medianS: 12, sigma: 0.4, defers: 0.05, retryMinutes: [5, 15, 60, 240] },
  sendgrid: { name: 'sendgrid', medianS: 9, sigma: 0.35, defers: 0.04, retryMinutes: [10, 30, 120] },
  mailchimp: { name: 'mailchimp', medianS: 16, sigma: 0.5, defers: 0.08, retryMinutes: [15, 30, 60, 180, 360] },
  postmark: { name: 'postmark', medianS: 4, sigma: 0.3, defers: 0.02, retryMinutes: [1, 5, 15, 60] },
} as const satisfies Record<string, Esp>;

/** Everybody sends at the full hour: for its first minutes queues are longer, and mailboxes defer more. */
const CONGESTED = { minutes: 3, latency: 4, defers: 2 } as const;

const HOUR_MS = 3_600_000;
const FREE = { latency: 1, defers: 1 } as const;

/** Factors on latency and on deferrals at an instant. */
export const congestion = (utcMs: number): { latency: number; defers: number } =>
  utcMs % HOUR_MS < CONGESTED.minutes * 60_000 ? CONGESTED : FREE;
