import type { Handle } from '../disk/files';
import type { Holding } from '../disk/one-at-a-time';
import type { Owner } from '../disk/owner';
import type { Place } from './layout';
import type { FoldersRecord, Standing } from './record';

/** What a writer holds of its part. */
export class Held implements Holding {
  constructor(
    readonly place: Place,
    readonly owner: Owner,
    /** As it was last published, rolled forward over the folder that is there. */
    public state: FoldersRecord,
    /** The growing file. */
    readonly all: Handle | null,
  ) {}

  get record(): Standing {
    return this.state.standing;
  }

  async release(): Promise<void> {
    await this.all?.close().catch(() => undefined);
    await this.owner.release();
  }
}
