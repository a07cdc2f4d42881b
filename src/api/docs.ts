/** `/docs`, where `/` leads too, but on the port of the console: the packaged Swagger UI over `/openapi.json`; nothing is loaded from elsewhere. */
import { dirname } from 'node:path';
import express, { Router } from 'express';
import { HttpError } from './problem';

const page = (title: string, base: string): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<link rel="stylesheet" href="${base}/docs/swagger-ui.css">
<link rel="icon" href="${base}/docs/favicon-32x32.png">
</head>
<body>
<div id="docs"></div>
<script src="${base}/docs/swagger-ui-bundle.js"></script>
<script src="${base}/docs/init.js" data-document="${base}/openapi.json"></script>
</body>
</html>
`;

/** A file of its own, as the content security policy allows no script in the page. */
const INIT = `'use strict';
SwaggerUIBundle({
  url: document.currentScript.dataset.document,
  dom_id: '#docs',
  deepLinking: true,
  defaultModelsExpandDepth: 0,
  validatorUrl: null,
});
`;

/** The files alone: the package's own entry would load the whole bundle into this process. */
const ASSETS = dirname(require.resolve('swagger-ui-dist/package.json'));

/** @param document the OpenAPI document of a mount */
export function docsRouter(title: string, document: () => unknown): Router {
  const router = Router();
  router.get('/', (request, response) => {
    response.status(302).set('Location', `${request.baseUrl}/docs`).end();
  });
  router.get('/openapi.json', (_request, response) => {
    response.json(document());
  });
  router.get('/docs', (request, response) => {
    response.type('html').send(page(title, request.baseUrl));
  });
  router.get('/docs/init.js', (_request, response) => {
    response.type('js').send(INIT);
  });
  router.all(['/', '/openapi.json', '/docs', '/docs/init.js'], (request) => {
    throw new HttpError(405, `${request.method} is not allowed here; allowed: GET, HEAD`, { Allow: 'GET, HEAD' });
  });
  router.use('/docs', express.static(ASSETS, { index: false, redirect: false, cacheControl: false }));
  return router;
}
