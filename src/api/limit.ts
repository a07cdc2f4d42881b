/** How often a caller may call: by his address, in windows of a second that begin with his first call. */
import { rateLimit } from 'express-rate-limit';
import type { RequestHandler } from 'express';
import { HttpError } from './problem';

/** @param perSecond calls; the rest get 429, and hear when the window ends */
export const callersLimit = (perSecond: number): RequestHandler =>
  rateLimit({
    windowMs: 1000,
    limit: perSecond,
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    // Its checks write to the console.
    validate: false,
    handler: (_request, _response, next) => {
      next(new HttpError(429, `more than ${String(perSecond)} requests a second: CONNECTOR_RATE_LIMIT`, { 'Retry-After': '1' }));
    },
  });
