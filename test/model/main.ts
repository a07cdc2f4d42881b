/** `npm run explore`: see README.md. */
import { parseArgs } from 'node:util';
import { SINKS } from './config';
import { exhaustive } from './exhaustive';
import { randomRun } from './explore';
import { mutations, elsewhere } from './mutations';
import { loadProject } from './project';
import { sweep, untilNoticed } from './sweep';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '20000' },
    seed: { type: 'string', default: '1' },
    exhaustive: { type: 'boolean', default: false },
    slice: { type: 'string', default: '0/1' },
    mutations: { type: 'boolean', default: false },
    only: { type: 'string' },
    sink: { type: 'string' },
    trace: { type: 'string' },
  },
});
const say = (text: string) => process.stdout.write(`${text}\n`);
const runs = Number(values.runs);
const first = Number(values.seed);
const sink = SINKS.find((name) => name === values.sink) ?? null;
// Hundreds of errors a run are answers, not faults.
Error.stackTraceLimit = 0;

async function main(): Promise<boolean> {
  if (values.trace !== undefined) return trace(values.trace);
  if (values.mutations) return noticed();
  if (values.exhaustive) return (await exhaustive(loadProject(), { slice: values.slice, say })).bad === 0;
  return (await sweep(loadProject(), runs, first, say, sink)) === 0;
}

async function noticed(): Promise<boolean> {
  let missed = 0;
  for (const [name, patches] of Object.entries(mutations)) {
    if (values.only !== undefined && !name.includes(values.only)) continue;
    const found = await untilNoticed(patches, runs, first);
    if (found.by === null) missed++;
    say(
      `${found.by === null ? 'NOT NOTICED' : 'noticed'}: ${name}: ${String(found.runs)} runs, ${found.seconds.toFixed(1)} s${found.by === null ? '' : `: ${found.by.split('\n')[0]!.slice(0, 120)}`}`,
    );
  }
  for (const name of elsewhere) say(`not here: ${name}`);
  return missed === 0;
}

/** By a seed, or by the name of a mutation: then the shortest of what the runs find. */
async function trace(what: string): Promise<boolean> {
  const patches = mutations[what];
  if (patches === undefined && !/^\d+$/.test(what))
    throw new Error(`no mutation ${what}; there are: ${Object.keys(mutations).join(' · ')}`);
  const project = loadProject(patches);
  let best = patches === undefined ? await randomRun(Number(what), project, true, sink) : null;
  for (let seed = first; patches !== undefined && seed < first + runs; seed++) {
    if ((await randomRun(seed, project)).violation === null) continue;
    const run = await randomRun(seed, project, true);
    if (best === null || run.world.trace!.length < best.world.trace!.length) best = run;
  }
  if (best === null) return false;
  const { config, workflow, trace } = best.world;
  say(
    [
      JSON.stringify(config),
      ...trace!,
      `=> ${best.violation ?? 'no violation'}`,
      ...workflow.state.timeline.map((e) => JSON.stringify(e)),
    ].join('\n'),
  );
  return best.violation === null;
}

void main().then((good) => {
  process.exitCode = good ? 0 : 1;
});
