/** Runs the explorer: see README.md. */
import { randomRun } from './explore';
import { loadProject } from './project';

async function main() {
  const [n = '100', first = '1'] = process.argv.slice(2);
  const project = loadProject();
  const began = Date.now();
  let bad = 0, steps = 0;
  const ends: Record<string, number> = {}, seen: Record<string, number> = {};
  for (let seed = +first; seed < +first + +n; seed++) {
    const run = await randomRun(seed, project);
    steps += run.steps;
    const end = run.world.workflow.state.phase;
    ends[end] = (ends[end] ?? 0) + 1;
    for (const s of run.world.seen) seen[s] = (seen[s] ?? 0) + 1;
    if (run.violation !== null) { bad++; if (bad <= 5) console.log(`seed ${seed}: ${run.violation.slice(0, 300)}`); }
  }
  console.log(n, 'runs', (Date.now() - began) / 1000, 's', bad, 'bad', steps / +n, 'steps', JSON.stringify(ends), JSON.stringify(seen));
}
void main();
