/** How fast scenarios make events in memory, without a sink: `node dist/bench/fill.js [scenario] [million events]`. */
import { BatchBuffer } from '../src/fields/batch-buffer';
import { scenarios } from '../src/scenarios';

const BATCH = 10_000;
const [name = 'crisis', millions = '3'] = process.argv.slice(2);
const identity = { seed: 42, startUs: 1_767_225_600_000_000 };
const definition = scenarios.get(name);

for (const { name: stream, fill } of definition.streams(definition.options.parse({}), identity)) {
  const out = new BatchBuffer();
  const batches = Math.round((Number(millions) * 1e6) / BATCH);
  let bytes = 0;
  let began = process.hrtime.bigint();
  // The first fifth warms the compiler up and is not counted.
  const warm = Math.floor(batches / 5);
  for (let batch = 0; batch < batches + warm; batch++) {
    if (batch === warm) [began, bytes] = [process.hrtime.bigint(), 0];
    const firstUs = identity.startUs + batch * BATCH * 1000;
    out.reset();
    const address = { identity, stream, batch, events: BATCH, firstEvent: batch * BATCH, dueUs: firstUs, schedules: {} };
    const slices = fill({ ...address, timeUs: (i) => firstUs + i * 1000 }, out);
    while (slices.next().done !== true);
    bytes += out.at;
  }
  const seconds = Number(process.hrtime.bigint() - began) / 1e9;
  const events = batches * BATCH;
  process.stdout.write(
    `${name}/${stream}: ${Math.round(events / seconds / 1000)} k events/s, ${Math.round(bytes / events)} B/event, ` +
      `${Math.round(bytes / seconds / 1e6)} MB/s\n`,
  );
}
