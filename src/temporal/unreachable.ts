/** A Temporal server that the environment names and that is not there: one line for people in place of gRPC's. */
import { ServiceError } from '@temporalio/client';

/** gRPC statuses DEADLINE_EXCEEDED and UNAVAILABLE. */
const NOBODY = [4, 14];

/** @returns what to say when `failure` means that nobody answers at `address`; null when it means something else */
export function unreachable(failure: unknown, address: string): string | null {
  const cause = failure instanceof ServiceError && failure.cause !== undefined ? failure.cause : failure;
  const code = typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : undefined;
  return typeof code === 'number' && NOBODY.includes(code) ? nobodyAt(address) : null;
}

/** @param address host:port, as in TEMPORAL_ADDRESS */
export const nobodyAt = (address: string): string =>
  `TEMPORAL_ADDRESS: no Temporal server answers at ${address}; start it, or unset TEMPORAL_ADDRESS and evergen up starts one`;
