/** The identity of what is written to: the cluster, and the Temporal namespace whose name is in the ids. */
import { opened } from './open';
import { asSinkError } from './failures';
import { metadata } from './requests/metadata';
import type { Site } from './site';

export async function homeOf(site: Site): Promise<string> {
  const link = await opened(site);
  try {
    const { clusterId } = await link.seed.connectionPool.send(metadata(null));
    return `kafka ${clusterId} ${site.namespace()}`;
  } catch (error) {
    throw asSinkError(error);
  } finally {
    link.cut();
  }
}
