/** What the data of a job is worth: held against what must be there, and against its twin, which nobody disturbed. */
import type { Lane } from '../../src/verify/recount-run';
import { verifyRunFolder } from '../../src/verify/run-folder';
import { readManifestIn } from '../../src/cli/soak/committed';
import type { EndedJob } from './jobs';
import { lanesOf } from './lanes';

export interface JudgedJob {
  id: string;
  what: string;
  run: string;
  state: string;
  lanes: JudgedLane[];
  /** Entries of the timeline by cause: what pauses, changes of pace and outages have left there. */
  timeline: Record<string, number>;
  problems: string[];
}

export interface JudgedLane extends Lane {
  /** Of what the run holds that did it again on the same cluster. */
  twinSha256: string;
}

export async function judge(job: EndedJob, twin: EndedJob): Promise<JudgedJob> {
  const { shape, folder, body } = job;
  const lanes = await lanesOf(folder);
  const [own, of] = [await verifyRunFolder(folder), await verifyRunFolder(twin.folder)];
  const twinSha256 = (name: string) => of.parts.find(({ stream, shard }) => `${stream}/${String(shard)}` === name)?.sha256 ?? 'none';
  const judged = lanes.map((lane) => ({ ...lane, twinSha256: twinSha256(lane.name) }));
  const found = lanes.reduce((n, lane) => n + lane.found, 0);
  const { timeline } = await readManifestIn(folder);
  const causes = timeline.map(({ cause }) => cause).filter((cause) => cause !== 'start');
  return {
    ...{ id: shape.id, what: shape.what, run: folder, state: body.state, lanes: judged },
    timeline: Object.fromEntries([...new Set(causes)].map((cause) => [cause, causes.filter((one) => one === cause).length])),
    problems: [
      ...(body.state === 'completed' ? [] : [`it is ${body.state}${body.state_reason === null ? '' : `: ${body.state_reason}`}`]),
      ...(found === 0 ? ['it has made nothing'] : []),
      ...judged.flatMap(laneProblem),
      ...(body.totals.emitted === found ? [] : [`its status counts ${String(body.totals.emitted)} events, ${String(found)} are there`]),
      ...own.problems.map((text) => `verify: ${text}`),
      ...of.problems.map((text) => `verify of its twin: ${text}`),
    ].map((text) => `${shape.id}: ${text}`),
  };
}

function laneProblem({ name, expectedSha256, foundSha256, twinSha256, ...counts }: JudgedLane): string[] {
  const { lost, duplicated, reordered, foreign } = counts;
  const same = foundSha256 === expectedSha256 && foundSha256 === twinSha256;
  if (same && lost + duplicated + reordered + foreign === 0) return [];
  const told = Object.entries({ lost, duplicated, reordered, foreign }).map(([what, n]) => `${String(n)} ${what}`);
  const short = (sha256: string) => `${sha256.slice(0, 12)}…`;
  return [`${name}: sha256 ${short(foundSha256)}, made again ${short(expectedSha256)}, twin ${short(twinSha256)}: ${told.join(', ')}`];
}
