/** Many runs, and what became of them. */
import { ambushes } from './ambush';
import { SINKS, type SinkName } from './config';
import { randomRun } from './explore';
import { loadProject, type Patch, type Project } from './project';
import { SEEN } from './world';

/** Answers the number of violations. @param only the sink of the jobs; null: each seed's own */
export async function sweep(
  project: Project,
  runs: number,
  first: number,
  say: (text: string) => void,
  only: SinkName | null = null,
): Promise<number> {
  const began = performance.now();
  const ends: Record<string, number> = {};
  const seen: Record<string, number> = Object.fromEntries(SEEN.map((name) => [name, 0]));
  let bad = 0;
  let steps = 0;
  for (let seed = first; seed < first + runs; seed++) {
    const run = await randomRun(seed, project, false, only);
    steps += run.steps;
    const { phase } = run.world.workflow.state;
    ends[phase] = (ends[phase] ?? 0) + 1;
    for (const name of run.world.seen) seen[name] = (seen[name] ?? 0) + 1;
    if (run.violation === null) continue;
    bad++;
    if (bad <= 5) say(`seed ${String(seed)}: ${run.violation}`);
  }
  const seconds = (performance.now() - began) / 1000;
  const list = (counts: Record<string, number>) =>
    Object.entries(counts)
      .map(([name, n]) => `${name} ${String(n)}`)
      .join(', ');
  say(
    `${String(runs)} runs (seeds ${String(first)} … ${String(first + runs - 1)}) in ${seconds.toFixed(0)} s, ${(runs / seconds).toFixed(0)}/s, ` +
      `${(steps / runs).toFixed(0)} steps a run: ${String(bad)} violations\n  ended: ${list(ends)}\n  runs with: ${list(seen)}`,
  );
  return bad;
}

/** Explores a mutated project until something is noticed, a violation or an error of the project's own; 0 runs: by the one that is written down. */
export async function untilNoticed(
  patches: readonly Patch[],
  runs: number,
  first: number,
): Promise<{ runs: number; seconds: number; by: string | null }> {
  const began = performance.now();
  const project = loadProject(patches);
  const failed = (error: Error) => `error: ${error.message}`;
  const rare = await ambushes(project).then((all) => all.find(({ violation }) => violation !== null)?.violation ?? null, failed);
  if (rare !== null) return { runs: 0, seconds: 0, by: rare };
  const only = sinkOf(patches);
  for (let seed = first; seed < first + runs; seed++) {
    const by = await randomRun(seed, project, false, only).then(({ violation }) => violation, failed);
    if (by !== null) return { runs: seed - first + 1, seconds: (performance.now() - began) / 1000, by };
  }
  return { runs, seconds: (performance.now() - began) / 1000, by: null };
}

/** Sinks in whose own code something is broken: other jobs need not be looked at. */
function sinkOf(patches: readonly Patch[]): SinkName | null {
  const folder = patches.map(({ file }) => /^src\/sinks\/(\w+)\//.exec(file)?.[1]).find((name) => name !== undefined);
  // The fence and the file functions are all sinks'.
  return patches.some(({ file }) => file.endsWith('/owner.ts')) ? null : (SINKS.find((name) => name === folder) ?? null);
}
