// A supervisor as a process of its own, with stand-ins for worker and facade: `node stub-up.js`. Prints READY, ends on SIGTERM.
const { dirname, join } = require('node:path');
const { startStack } = require('../../dist/src/cli/stack/stack.js');
const { readEnvironment } = require('../../dist/src/config/env.js');
const { endOf } = require('../../dist/src/cli/exit.js');

const here = dirname(module.filename);
const entries = { worker: join(here, 'stub-worker.js'), facade: join(here, 'stub-facade.js') };
const environment = readEnvironment(process.env, process.cwd());
startStack({ environment, variables: process.env, folder: process.cwd(), entries, say: (line) => console.log(line) })
  .then((stack) => {
    console.log('READY');
    process.once('SIGTERM', () => void stack.stop().then(() => process.exit(0)));
  })
  .catch((error) => {
    const { exitCode, text } = endOf(error);
    console.log(text);
    process.exit(exitCode);
  });
