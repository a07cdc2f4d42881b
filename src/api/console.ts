/** `/`: the console, a page of files that the build has made of `src/console/`. */
import { join } from 'node:path';
import express, { Router } from 'express';
import { HttpError } from './problem';

/** Stricter than for the rest of the facade: the page needs no script, style or address but those of its own files. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** @param folder with `index.html` and `assets/`, whose names carry hashes of what is in them */
export function consoleRouter(folder: string): Router {
  const router = Router();
  router
    .route('/')
    .get((_request, response, next) => {
      // Asked for anew each time (304 when it is the same): after an upgrade it names other files.
      response.set({ 'Content-Security-Policy': POLICY, 'Cache-Control': 'no-cache' });
      response.sendFile('index.html', { root: folder, cacheControl: false }, (failure?: Error) => {
        if (failure !== undefined && !response.headersSent) next(new HttpError(404, 'the console is not built: npm run build'));
      });
    })
    .all((request) => {
      throw new HttpError(405, `${request.method} is not allowed here; allowed: GET, HEAD`, { Allow: 'GET, HEAD' });
    });
  router.use(
    '/assets',
    express.static(join(folder, 'assets'), {
      index: false,
      redirect: false,
      cacheControl: false,
      setHeaders: (response) => response.setHeader('Cache-Control', 'public, max-age=31536000, immutable'),
    }),
  );
  return router;
}
