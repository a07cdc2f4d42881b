/** How a call can end besides well. What is wrong with its input is a `UserError`. */

/** The sink does not take it now. Surely nothing of it was written, nor will be: it may be sent again. */
export class SinkAway extends Error {
  readonly code = 'SINK_AWAY';
}

/** The sink went away in the middle of the commit, and has not come back to say what became of it: sent again under the same Idempotency-Key it is there once. */
export class OutcomeUnknown extends Error {
  readonly code = 'OUTCOME_UNKNOWN';
}
