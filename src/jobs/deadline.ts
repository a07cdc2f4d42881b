/** Every call to Temporal has a deadline; a server that is away becomes `TemporalAway`. */
import { isGrpcServiceError, type Connection } from '@temporalio/client';
import { TemporalAway } from './jobs';

/** A call without a server takes 19 s by default. */
const CALL_MS = 1500;

/** gRPC status codes by which a server says that it is not there (yet): DEADLINE_EXCEEDED, RESOURCE_EXHAUSTED, UNAVAILABLE. */
const AWAY = new Set([4, 8, 14]);

/** @throws TemporalAway when the server does not answer within `ms`; everything else as the call threw it */
export async function withinDeadline<T>(connection: Connection, call: () => Promise<T>, ms = CALL_MS): Promise<T> {
  try {
    return await connection.withDeadline(Date.now() + ms, call);
  } catch (failure) {
    if (grpcCode(failure) !== undefined && AWAY.has(grpcCode(failure) ?? -1)) throw away(failure);
    if (failure instanceof Error && /connect before the deadline/i.test(failure.message)) throw away(failure);
    throw failure;
  }
}

const away = (cause: unknown): TemporalAway => new TemporalAway('Temporal does not answer', { cause });

/** The gRPC status code of a failure or of its cause. */
export function grpcCode(failure: unknown): number | undefined {
  if (isGrpcServiceError(failure)) return failure.code;
  return failure instanceof Error && failure.cause !== undefined ? grpcCode(failure.cause) : undefined;
}

export const NOT_FOUND = 5;
