/**
 * The loop without Temporal, in a process of its own: `node dist/bench/bare.js SINK EVENTS FOLDER` makes the events, gives them to the sink's
 * writer in the groups that a worker would use, one group being committed while the next is made, and prints what it measured.
 */
import { Group } from '../activities/groups';
import { createDisk } from '../src/sinks/disk';
import { nodeFiles } from '../src/sinks/disk/node-files';
import { drop } from '../src/sinks/drop';
import type { Sink } from '../src/sinks/sink';
import { generationOf } from '../src/spec/generation';
import { afterBatch, noTotals } from '../workflows/ledger';
import { namePlan } from '../workflows/naming';
import { begin } from '../workflows/schedule';
import { unpacedPlan } from './job';
import type { Measured } from './measured';

async function main([sinkName = 'drop', events = '5000000', folder = '.']: string[]): Promise<Measured> {
  const began = performance.now();
  const plan = namePlan(unpacedPlan('bare', sinkName, Number(events)), { startTime: new Date() });
  const startUs = plan.startUs ?? 0;
  const generation = generationOf({ ...plan, startUs }, begin(plan.streams, startUs));
  const [stream, schedule] = [generation.streams[0], generation.schedules[0]];
  if (stream === undefined || schedule === undefined) throw new Error('the plan has no stream');

  const sink = bareSink(sinkName, folder);
  await sink.home();
  const part = { job: plan.job, run: plan.run, stream: stream.name, shard: 0, shards: 1 };
  let totals = noTotals();
  const writer = sink.open({ part, generation: 1, create: true, known: { next: 0, totals } });
  await writer.committed();
  const { signal } = new AbortController();
  const groups: [Group, Group] = [new Group(), new Group()];
  let committing: Promise<void> = Promise.resolve();
  for (let b = 0, turn = 0; b < schedule.end; turn = 1 - turn) {
    const group = groups[turn === 0 ? 0 : 1];
    group.clear();
    while (!group.full && b < schedule.end) await group.add(generation, 0, b++);
    await committing;
    for (const { count, corrupted, bytes } of group.batches)
      totals = afterBatch(totals, { emitted: count, corrupted, bytes: bytes.length });
    committing = writer.commit(group.batches, totals, signal);
  }
  await committing;
  await writer.close();
  const { user, system } = process.cpuUsage();
  return {
    events: totals.emitted,
    bytes: totals.bytes,
    seconds: (performance.now() - began) / 1000,
    cpuSeconds: (user + system) / 1e6,
    peakRssMb: process.resourceUsage().maxRSS / 1024,
  };
}

/** The disk sink's own writer and commits, but without the checksums for a manifest: a bare loop writes none. */
function bareSink(name: string, dataDir: string): Sink {
  if (name === 'drop') return drop.create({}, { dataDir, env: {} });
  const files = { ...nodeFiles, sha256: () => Promise.resolve({ bytes: 0, sha256: '' }) };
  return createDisk({}, { dataDir }, files);
}

void main(process.argv.slice(2)).then((measured) => process.stdout.write(`${JSON.stringify(measured)}\n`));
