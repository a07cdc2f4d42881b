/** Many runs, and what became of them. */
import { ambush } from './ambush';
import { randomRun } from './explore';
import { loadProject, type Patch, type Project } from './project';
import { SEEN } from './world';

/** Answers the number of violations. */
export async function sweep(project: Project, runs: number, first: number, say: (text: string) => void): Promise<number> {
  const began = performance.now();
  const ends: Record<string, number> = {};
  const seen: Record<string, number> = Object.fromEntries(SEEN.map((name) => [name, 0]));
  let bad = 0;
  let steps = 0;
  for (let seed = first; seed < first + runs; seed++) {
    const run = await randomRun(seed, project);
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
  const rare = (await ambush(project)).violation;
  if (rare !== null) return { runs: 0, seconds: 0, by: rare };
  for (let seed = first; seed < first + runs; seed++) {
    const by = await randomRun(seed, project).then(
      ({ violation }) => violation,
      (error: Error) => `error: ${error.message}`,
    );
    if (by !== null) return { runs: seed - first + 1, seconds: (performance.now() - began) / 1000, by };
  }
  return { runs, seconds: (performance.now() - began) / 1000, by: null };
}
