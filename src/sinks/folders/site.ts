import type { Files } from '../disk/files';
import type { SinkLog } from '../sink';

/** Where a sink of batch folders works. */
export interface FoldersSite {
  readonly files: Files;
  /** Absolute. */
  readonly dataDir: string;
  /** Relative folder that `raw/` and `manifests/` are in; absent: the data directory itself. */
  readonly path?: string | undefined;
  /** What the batches are labelled with. */
  readonly mode: string;
  /** Number of each stream's first batch, for people; absent: the one after the last that is there. */
  readonly first?: Readonly<Record<string, number>> | undefined;
  readonly log: SinkLog;
  /** Wall ms. */
  readonly now: () => number;
}
