/** A topic is not ours to empty: cleaning fences every writer of the run and leaves word that nobody writes for it any more. */
import { noTotals } from '../../../workflows/ledger';
import type { Cleaned, PartAddress } from '../sink';
import { readProgress } from './current';
import { opened } from './open';
import { placeOf } from './place';
import { asSinkError } from './failures';
import { metadata } from './requests/metadata';
import type { Site } from './site';
import { KafkaWriter } from './writer';

export async function clean(site: Site, parts: readonly PartAddress[], generation: number): Promise<Cleaned> {
  for (const part of parts) if (!(await isOver(site, part))) await entomb(site, part, generation);
  return { deleted: [], skipped: [], errors: [], over: true };
}

/** Cleaned already, or its topic is gone, and so is all that could be said of it. */
async function isOver(site: Site, part: PartAddress): Promise<boolean> {
  const place = placeOf(site.topic, site.namespace(), part);
  const link = await opened(site);
  try {
    if ((await link.seed.connectionPool.send(metadata(place.topic))).topic === null) return true;
    await link.cluster.addMultipleTargetTopics([place.topic]);
    return (await readProgress(link, place, true))?.cleaned === true;
  } catch (error) {
    throw asSinkError(error, place);
  } finally {
    link.cut();
  }
}

/** Also where nothing was begun: a first settle that wakes up late must find that it has no business here. */
async function entomb(site: Site, part: PartAddress, generation: number): Promise<void> {
  const known = { next: part.shard, totals: noTotals() };
  const writer = new KafkaWriter({ ...site, topicPolicy: 'require' }, { part, generation, create: true, known });
  try {
    await writer.committed();
    await writer.entomb();
  } finally {
    await writer.close();
  }
}
