/** `evergen verify`: makes a run's data again and compares it with what is on disk or in Kafka, byte for byte. */
import type { Command } from 'commander';
import { readVariables, type Variables } from '../config/env';
import { verifyRunFolder, type FolderReport } from '../verify/run-folder';
import type { Context } from './context';
import { EXIT, Ending } from './exit';
import { count, counted } from '../figures';
import { kafkaOf } from './stack/find';
import { table } from './table';
import { askJob } from './verify/ask-job';
import { runFolderOf } from './verify/find-run';

export function verify(program: Command, context: Context): void {
  program
    .command('verify')
    .description("compare a run's data with what its specification says, byte for byte")
    .argument('<id|folder>', 'job id (its newest run), or the folder of a run, wherever it is')
    .option('--run <run>', 'an older run of the job, by its name')
    .option('--json', 'the report as JSON')
    .action(async (what: string, { run, json }: { run?: string; json?: true }) => {
      const report = await reportOf(context, what, run);
      if (json) context.out(JSON.stringify(report, null, 2));
      else for (const line of reportLines(report)) context.out(line);
      if (!report.ok) throw new Ending(EXIT.unverified, json ? '' : notVerified(report));
    });
}

async function reportOf(context: Context, what: string, run: string | undefined): Promise<FolderReport> {
  const folder = await runFolderOf(context, what, run);
  return verifyRunFolder(folder, brokersOf(context), (of) => askJob(context, folder, of));
}

/** Where Kafka is, as the worker has it: from `.env`, too, and from a stack with a broker of its own. */
function brokersOf(context: Context): Variables {
  const kafka = kafkaOf(context.environment());
  return { ...readVariables(context.variables, context.folder), ...(kafka === null ? {} : { KAFKA_BOOTSTRAP: kafka }) };
}

/** A table of the parts, and the verdict. */
export function reportLines(report: FolderReport): string[] {
  const { job, run, state, seed, start, folder, topics, ok, events } = report;
  const rows = report.parts.map((part) => [
    `${part.stream}/${String(part.shard)}`,
    part.batches,
    part.events,
    part.bytes,
    part.sha256 ?? '',
  ]);
  const ended = state === 'completed' || state === 'stopped';
  return [
    `job ${job}, run ${run}, ${ended ? state : 'not ended yet'}, seed ${String(seed)}, start ${start}`,
    ...(topics === undefined ? [folder] : [...topics.map((topic) => `topic ${topic}`), `manifest in ${folder}`]),
    '',
    // A part in Kafka is spread over partitions: no one sum of its bytes.
    ...(topics === undefined
      ? table(['PART', 'BATCHES', 'EVENTS', 'BYTES', 'SHA256'], rows)
      : table(
          ['PART', 'BATCHES', 'EVENTS', 'BYTES'],
          rows.map((row) => row.slice(0, 4)),
        )),
    '',
    ...(report.notes ?? []),
    ...(ok
      ? [
          `verified: ${counted(events, 'event')}, ${count(report.bytes)} bytes${ended ? '' : ' so far'}, byte for byte what the specification says`,
        ]
      : []),
  ];
}

const notVerified = ({ problems }: FolderReport): string =>
  `not verified: ${counted(problems.length, 'problem')}\n${problems.map((problem) => `  ${problem}`).join('\n')}`;
