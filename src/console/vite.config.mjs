// How the build makes the page (`npm run build`), and how it is served while somebody works on it (`npx vite src/console`).
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const root = fileURLToPath(new URL('.', import.meta.url));
const facade = `http://localhost:${process.env.EVERGEN_PORT ?? '8787'}`;
const API = '^/(jobs|schedules|scenarios|sinks|preview|readyz|openapi[.]json)';

export default defineConfig({
  root,
  // How long plugins took is nobody's business.
  // What is in the page is in its files: nothing is inlined, as the content security policy allows no data: addresses.
  build: {
    assetsInlineLimit: 0,
    target: 'es2022',
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    rolldownOptions: { checks: { bundlerTimings: false } },
  },
  server: { proxy: { [API]: facade } },
});
