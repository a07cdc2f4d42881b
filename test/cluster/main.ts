/** `npm run cluster`: evergen on a Temporal cluster of its own, PostgreSQL below it; README.md of this folder says what it does. */
import { rmSync } from 'node:fs';
import { EXIT, endOf } from '../../src/cli/exit';
import { packageRoot } from '../../src/config/package-root';
import { copyWith } from '../soak/copy';
import { readAsked, USAGE } from './asked';
import { chaos, Interrupted } from './chaos';
import { findPrograms } from './programs';
import { reportLines } from './report';
import { writeLines, writes } from './writes';

/** The children are compiled programs: what this process loads TypeScript with is not for them. */
process.execArgv.splice(0);

const say = (line: string): void => void process.stderr.write(`${line}\n`);
const out = (line: string): void => void process.stdout.write(`${line}\n`);

async function main(interrupted: AbortSignal): Promise<number> {
  const asked = readAsked(process.argv.slice(2), Math.floor(Math.random() * 2 ** 32));
  if (asked.kind === 'help') {
    out(USAGE);
    return EXIT.done;
  }
  const variables = process.env;
  const programs = await findPrograms({ variables, say });
  const { json, keep } = asked;
  if (asked.kind === 'writes') {
    const cost = await writes({ ...asked, programs, variables, say, interrupted });
    for (const line of json ? [JSON.stringify(cost, null, 2)] : writeLines(cost)) out(line);
    if (!keep) rmSync(cost.folder, { recursive: true, force: true });
    return EXIT.done;
  }
  const copy = asked.defect === null ? null : copyWith(asked.defect.patches);
  if (asked.defect !== null) say(`with a defect: ${asked.defect.name}`);
  const outcome = await chaos({ programs, root: copy ?? packageRoot(), wishes: asked, variables, say, interrupted }).finally(() => {
    if (copy !== null) rmSync(copy, { recursive: true, force: true });
  });
  for (const line of json ? [JSON.stringify(outcome, null, 2)] : reportLines(outcome)) out(line);
  if (outcome.clean && !keep) rmSync(outcome.folder, { recursive: true, force: true });
  return outcome.clean ? EXIT.done : EXIT.unverified;
}

const interruption = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => interruption.abort());
main(interruption.signal).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    const interrupted = error instanceof Interrupted || interruption.signal.aborted;
    const { text, exitCode } = endOf(error);
    say(interrupted ? 'interrupted' : text);
    process.exitCode = interrupted ? EXIT.interrupted : exitCode;
  },
);
