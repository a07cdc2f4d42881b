// `npm run demo` is `evergen demo`, by the launcher that compiles what must be compiled.
import { createRequire } from 'node:module';

process.argv.splice(2, 0, 'demo');
createRequire(import.meta.url)('../evergen');
