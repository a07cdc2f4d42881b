import type { Files } from './files';
import type { Sums } from './sums';

/** Where a disk sink works. */
export interface Site {
  readonly files: Files;
  /** Absolute. */
  readonly dataDir: string;
  /** Relative folder of the runs; absent: `jobs/<job>`. */
  readonly path?: string | undefined;
  /** Size in bytes that a data file does not pass, unless a single batch is larger. */
  readonly fileLimit: number;
  readonly sums: Sums;
}

/** 64 MB: the most that taking over a part has to copy. */
export const FILE_LIMIT = 64 * 1024 * 1024;
