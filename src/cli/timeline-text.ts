/** What happened to a job, in a few lines. */
import type { TimelineEntry } from '../jobs/operators-timeline';

const SHOWN = 8;

/** The newest entries, one a line: `2026-01-05 23:12:00 pause by cli: asked for`. */
export function timelineLines(entries: readonly TimelineEntry[]): string[] {
  const older = entries.length - SHOWN;
  return [...(older > 0 ? [`(${String(older)} older)`] : []), ...entries.slice(-SHOWN).map(lineOf)];
}

function lineOf({ at, action, by, batches, detail }: TimelineEntry): string {
  const from = Object.entries(batches).map(([stream, batch]) => `${stream} ${String(batch)}`);
  const line = [
    `${at.slice(0, 19).replace('T', ' ')} ${action}`,
    by === null ? '' : ` by ${by}`,
    from.length === 0 ? '' : `, from batch ${from.join(', ')}`,
    detail === '' ? '' : `: ${detail}`,
  ].join('');
  // Names and reasons come from elsewhere: a line break in one would break the table.
  return line.replaceAll(/[\s\p{Cc}]+/gu, ' ');
}
