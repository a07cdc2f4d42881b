/** What one case of the benchmark has cost. */
export interface Measured {
  readonly events: number;
  readonly bytes: number;
  readonly seconds: number;
  /** Of the process that makes the events, user and system. */
  readonly cpuSeconds: number;
  /** Of the same process; null where the system does not tell. */
  readonly peakRssMb: number | null;
}

export const eventsPerSecond = ({ events, seconds }: Measured): number => events / seconds;
export const megabytesPerSecond = ({ bytes, seconds }: Measured): number => bytes / seconds / 1e6;

/** The run that was disturbed least by whatever else the machine did. */
export const fastest = (runs: readonly Measured[]): Measured =>
  runs.reduce((best, run) => (eventsPerSecond(run) > eventsPerSecond(best) ? run : best));

/** The run in the middle by speed; of an even number the slower one. */
export function median(runs: readonly Measured[]): Measured {
  const bySpeed = [...runs].sort((a, b) => eventsPerSecond(a) - eventsPerSecond(b));
  const middle = bySpeed[Math.floor((bySpeed.length - 1) / 2)];
  if (middle === undefined) throw new Error('nothing was measured');
  return middle;
}
