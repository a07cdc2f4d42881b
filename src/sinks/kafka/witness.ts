/**
 * The newest batch of a part that its topic holds, as a witness of what the part's progress must at least say. It is looked for near the ends of the
 * partitions: what was committed last before everything stood still is there.
 */
import type Cluster from 'kafkajs/src/cluster';
import { eventId, ID_HEADER } from './headers';
import type { Link } from './link';
import { EARLIEST, fetchFrom, headerOf, isAbort, LATEST, leadersOf, offsets, READ_UNCOMMITTED } from './log';
import type { Place } from './place';

/** Offsets before a partition's end. The second look is for a partition that ends in a large transaction that was aborted, or in what others wrote. */
const WINDOWS = [100, 10_000];

/**
 * To be asked by who has fenced the part's writers, or takes a lower bound for an answer.
 * @returns null where none was found
 */
export async function newestCommitted(link: Link, { topic, part }: Place): Promise<number | null> {
  await link.cluster.addMultipleTargetTopics([topic]);
  const leaders = leadersOf(link, topic);
  // Where the log ends, not where readers may read to: some other part's open transaction would hide what comes after its begin.
  const [begins, ends] = await Promise.all([offsets(link, topic, leaders, EARLIEST), offsets(link, topic, leaders, LATEST)]);
  const found = await Promise.all(
    leaders.map(async (leader, partition) => {
      const [begin, end] = [begins[partition] ?? 0, ends[partition] ?? 0];
      for (const window of WINDOWS) {
        const from = Math.max(begin, end - window);
        const newest = await newestIn((at) => fetchFrom(link, topic, partition, leader, at, READ_UNCOMMITTED), from, end, part);
        if (newest !== null || from === begin) return newest;
      }
      return null;
    }),
  );
  return found.reduce((newest, one) => (one === null || (newest !== null && newest > one) ? newest : one), null);
}

/** What a marker has committed: a transaction without one is not over, or the writer that was fenced left it to be aborted. */
async function newestIn(
  fetch: (at: number) => Promise<Cluster.Fetched>,
  from: number,
  end: number,
  part: Place['part'],
): Promise<number | null> {
  const ownId = eventId(part, 0, 0).slice(0, -'0/0'.length);
  const open = new Map<string, number>();
  let newest: number | null = null;
  for (let at = from; at < end;) {
    const { messages } = await fetch(at);
    for (const { key, headers, isControlRecord, batchContext } of messages) {
      if (isControlRecord) {
        const ended = open.get(batchContext.producerId);
        if (ended !== undefined && !isAbort(key)) newest = Math.max(newest ?? 0, ended);
        open.delete(batchContext.producerId);
        continue;
      }
      const id = headerOf(headers[ID_HEADER]);
      const batch = id?.startsWith(ownId) === true ? Number.parseInt(id.slice(ownId.length), 10) : Number.NaN;
      if (batch % part.shards === part.shard) open.set(batchContext.producerId, Math.max(open.get(batchContext.producerId) ?? 0, batch));
    }
    const last = messages.at(-1);
    if (last === undefined) break;
    // Of a batch that compaction has taken the end from, all that is left may lie before what was asked for.
    at = Math.max(at, Number(last.offset)) + 1;
  }
  return newest;
}
