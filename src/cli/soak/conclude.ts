/** The end of a soak: every event is read and counted, the stack is ended, the reports are written. */
import { UserError } from '../../spec/failures';
import { recountRun, type Lane } from '../../verify/recount-run';
import { cutProblems } from '../../verify/one-cut';
import { readManifest, verifyRunFolder } from '../../verify/run-folder';
import type { Driven } from './drive';
import { writeWhole, type SoakFolder } from './folder';
import { outcomeOf, type Outcome } from './outcome';
import type { SoakPlan } from './plan';
import { reportHtml } from './report-html';

export async function conclude(folder: SoakFolder, plan: SoakPlan, driven: Driven): Promise<Outcome> {
  try {
    const kafka = driven.stack.record()?.kafka ?? null;
    const checked = await check(driven.run, kafka === null ? {} : { KAFKA_BOOTSTRAP: kafka });
    const outcome = outcomeOf(folder, plan, driven, checked);
    writeWhole(folder.json, `${JSON.stringify(outcome, null, 2)}\n`);
    writeWhole(folder.html, reportHtml(outcome));
    return outcome;
  } finally {
    driven.journal.close();
    await driven.stack.stop();
  }
}

/** What is wrong with the data is a finding, not an error. */
async function check(run: string, env: Record<string, string>): Promise<{ lanes: Lane[]; problems: string[] }> {
  try {
    const lanes = await recountRun(run, env);
    const { problems } = await verifyRunFolder(run, env);
    const { plan, timeline } = await readManifest(run);
    return { lanes, problems: [...problems.map((problem) => `verify: ${problem}`), ...cutProblems(plan, timeline)] };
  } catch (error) {
    if (error instanceof UserError) return { lanes: [], problems: [error.message] };
    throw error;
  }
}
