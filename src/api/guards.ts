/** Who may call: the Host header (DNS rebinding), the origin (other web pages), the token; and the headers every answer has. */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { RequestHandler } from 'express';
import { HttpError } from './problem';

export interface GuardOptions {
  /** undefined: no token is asked for. */
  token: string | undefined;
  /** Host names callers may use, without ports, lower case. */
  allowedHosts: readonly string[];
  /** Origins of other pages that may call, `https://example.org`. */
  corsOrigins: readonly string[];
}

export const LOOPBACK_NAMES = ['localhost', '127.0.0.1', '[::1]'];

/** Probes come by address and without a token, and learn nothing but that the process lives. */
const OPEN = new Set(['/healthz', '/readyz']);

/** Of the console and of the documentation there are only files that everybody can have. */
const PAGE = /^(?:\/crisis|\/fleet)?\/(?:docs(?:\/.*)?)?$|^\/assets\/[\w.-]+$/;

export const securityHeaders: RequestHandler = (_request, response, next) => {
  response.set({
    'Content-Security-Policy':
      "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; frame-ancestors 'none'",
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Cache-Control': 'no-store',
  });
  next();
};

/** A page elsewhere can point a name of its own at 127.0.0.1, but it cannot change the Host header. */
export const hostGuard =
  ({ allowedHosts }: GuardOptions): RequestHandler =>
  (request, _response, next) => {
    const name = hostName(request.headers.host);
    if (OPEN.has(request.path) || (name !== undefined && allowedHosts.includes(name))) next();
    else throw new HttpError(403, `the host ${request.headers.host ?? '(none)'} is not known here; EVERGEN_ALLOWED_HOSTS names more hosts`);
  };

/** `localhost:8787` → `localhost`, `[::1]:8787` → `[::1]`. */
const hostName = (host: string | undefined): string | undefined => /^(\[[^\]]+\]|[^:]+)(?::\d+)?$/.exec(host ?? '')?.[1]?.toLowerCase();

/** Calls by other web pages: a browser names their origin. */
export const originGuard =
  ({ corsOrigins }: GuardOptions): RequestHandler =>
  (request, response, next) => {
    const { origin, host } = request.headers;
    if (origin === undefined || hostOf(origin) === host?.toLowerCase()) {
      next();
      return;
    }
    if (!corsOrigins.includes(origin))
      throw new HttpError(403, `the origin ${origin} is not allowed; EVERGEN_CORS_ORIGINS names more origins`);
    response.set({
      'Access-Control-Allow-Origin': origin,
      Vary: 'Origin',
      'Access-Control-Expose-Headers': 'Location, Retry-After, Idempotent-Replayed',
    });
    if (request.method !== 'OPTIONS' || request.headers['access-control-request-method'] === undefined) {
      next();
      return;
    }
    response.set({
      'Access-Control-Allow-Methods': 'GET, POST, PATCH, DELETE',
      'Access-Control-Allow-Headers': 'Authorization, Content-Type, Idempotency-Key',
      'Access-Control-Max-Age': '600',
    });
    response.status(204).end();
  };

function hostOf(origin: string): string | undefined {
  try {
    return new URL(origin).host.toLowerCase();
  } catch {
    return undefined;
  }
}

export function tokenGuard({ token }: GuardOptions): RequestHandler {
  const wanted = token === undefined ? undefined : digest(token);
  return (request, _response, next) => {
    const given = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
    // Digests have one length, so that the time of the comparison tells nothing.
    const open = OPEN.has(request.path) || PAGE.test(request.path);
    const right = wanted === undefined || open || (given !== undefined && timingSafeEqual(digest(given), wanted));
    if (!right) throw new HttpError(401, 'this call needs the header "Authorization: Bearer <token>"', { 'WWW-Authenticate': 'Bearer' });
    next();
  };
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
