/** Instants, in UTC as everywhere in evergen: names of runs, events and logs say the same. */
import type { JSX } from 'preact';

/** `2026-01-05 23:10:00`, the rest at the pointer. */
export const Instant = ({ at, none = 'never' }: { at: string | null; none?: string }): JSX.Element =>
  at === null ? (
    <span class="quiet">{none}</span>
  ) : (
    <time dateTime={at} title={`${at} (UTC)`}>
      {at.slice(0, 10)} {at.slice(11, 19)}
    </time>
  );

/** `23:10:05` of a number of seconds since 1970. */
export const clock = (seconds: number): string => new Date(seconds * 1000).toISOString().slice(11, 19);
