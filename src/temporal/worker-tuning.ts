/** How every worker of evergen is set; the figures are measured (README of this folder). */
import type { RuntimeOptions, WorkerOptions } from '@temporalio/worker';

export const workerTuning = {
  // A killed worker is noticed after the heartbeat time-out (3 s) and costs the sticky queue this much.
  stickyQueueScheduleToStartTimeout: '2s',
  // A pause reaches a running emit with the answer to its next heartbeat.
  maxHeartbeatThrottleInterval: '400ms',
  defaultHeartbeatThrottleInterval: '400ms',
  // One slot a part that is being written; a slot costs nothing while it waits for its instant.
  maxConcurrentActivityTaskExecutions: 1000,
  shutdownForceTime: '10s',
} satisfies Partial<WorkerOptions>;

/**
 * V8 lets a heap grow to four times what lives in it before it looks again. Twice is enough: a season of 20,000 recipients came to 209 MB in place of
 * 280 for the same CPU time. To be set before there is a heap to speak of.
 */
export const HEAP_GROWTH = '--heap-growing-percent=100';

/** How its process tells Temporal that it lives; 60 s by default. `/readyz` is as truthful as that. */
export const runtimeTuning = { workerHeartbeatInterval: '2s', shutdownSignals: [] } satisfies RuntimeOptions;
