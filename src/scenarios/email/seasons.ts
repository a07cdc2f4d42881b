/** The seasons that jobs of this process are in. What is kept here saves work, and no byte depends on it. */
import type { Identity } from '../scenario';
import { Season } from './season';

const MOST = 4;
/** Last used last. */
const seasons = new Map<string, Season>();

export function seasonOf(identity: Identity, recipients: number): Season {
  const key = `${String(identity.seed)} ${String(identity.startUs)} ${String(recipients)}`;
  const season = seasons.get(key) ?? new Season(identity, recipients);
  seasons.delete(key);
  seasons.set(key, season);
  for (const oldest of seasons.keys()) {
    if (seasons.size <= MOST) break;
    seasons.delete(oldest);
  }
  return season;
}
