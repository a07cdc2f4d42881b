/** Opening a part: topic → early look → fence → progress → generation. The order is the protocol (README.md). */
import { LostProgress, SinkError, type Opening } from '../sink';
import { currentProgress, readProgress } from './current';
import { atLeastOnce, exactlyOnce, type Delivery } from './delivery';
import { asSinkError } from './failures';
import { Link } from './link';
import { placeOf, type Place } from './place';
import { admit, firstProgress, type Progress } from './progress';
import { metadata, type TopicMetadata } from './requests/metadata';
import type { Site } from './site';
import { findTopic, gone, limitsOf, missing, type TopicLimits } from './topic';

/** What a writer holds of its part. */
export interface Held {
  readonly link: Link;
  readonly place: Place;
  readonly delivery: Delivery;
  readonly limits: TopicLimits;
  /** As it was last published. */
  progress: Progress;
}

export async function open(site: Site, { part, generation, create, known }: Opening): Promise<Held> {
  const place = placeOf(site.topic, site.namespace(), part);
  const settings = site.settings();
  let link: Link | undefined;
  try {
    link = await Link.open(settings);
    const topic = await topicOf(link, site, place, create);
    // An early look spares the live writer the visit of one that is too late; what counts is the look after the fence.
    const early = await readProgress(link, place, false);
    if (early !== null) admit(early, generation);

    const wishes = { compression: site.compression, encoder: settings.encoder };
    const delivery = site.delivery === 'exactly_once' ? exactlyOnce(link, place, wishes) : atLeastOnce(link, place, wishes);
    await delivery.begin();
    // Without transactions the progress follows the events: the topic and the caller may know of more.
    const once = site.delivery === 'exactly_once';
    let progress = await (once ? currentProgress(link, place, { next: known.next, none: create }) : readProgress(link, place, true));
    if (progress === null) {
      if (!create) throw noProgress(place);
      progress = firstProgress(part, topic);
      await delivery.publish(progress);
    }
    admit(progress, generation);
    checkTopic(place, topic, progress);
    if (!once && progress.next < known.next) progress = { ...progress, next: known.next, totals: { ...known.totals } };
    return { link, place, delivery, progress, limits: await limitsOf(link, place.topic) };
  } catch (error) {
    link?.cut();
    throw asSinkError(error, place);
  }
}

async function topicOf(link: Link, site: Site, { topic }: Place, create: boolean): Promise<TopicMetadata> {
  if (site.topicPolicy === 'create' && create) return findTopic(link, topic, site.settings(), true);
  if ((await link.seed.connectionPool.send(metadata(topic))).topic === null) throw create ? missing(topic) : gone(topic);
  return findTopic(link, topic, site.settings(), false);
}

/** Keys stay in their partitions, so one more partition changes nothing, and one fewer is another topic. */
function checkTopic({ topic }: Place, now: TopicMetadata, { topic: id, partitions }: Progress): void {
  if (now.id !== id) throw gone(topic);
  if (now.partitions < partitions)
    throw new SinkError(`topic ${topic} has ${String(now.partitions)} partitions, the run began with ${String(partitions)}`, false);
}

const noProgress = ({ group }: Place): LostProgress =>
  new LostProgress(`group ${group} holds no progress: the topic was made anew, or nothing was committed for 7 days. Start the job anew`);

/** @throws SinkError */
export async function opened(site: Site): Promise<Link> {
  try {
    return await Link.open(site.settings());
  } catch (error) {
    throw asSinkError(error);
  }
}
