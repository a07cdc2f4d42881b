/** The header by which a caller marks repetitions of one call (draft-ietf-httpapi-idempotency-key-header). */
import { z } from 'zod';

export const IDEMPOTENCY_KEY = 'idempotency-key';

/** Not repeated in an error: it may be anything. */
const idempotencyKey = z
  .string()
  .regex(/^[\x21-\x7e]{1,255}$/, { error: 'must be 1 to 255 visible ASCII characters' })
  .describe(
    'The same call again, with the same key and body, within 24 hours: done once, and answered as the first time. Another body: 422.',
  );

/** For routes that take it. */
export const idempotencyHeaders = z.object({ [IDEMPOTENCY_KEY]: idempotencyKey.optional() });
