/**
 * Writers between emits: an emit that returns normally leaves its writer for the next one, which saves the opening. Handed out once, and only to
 * an emit of the same part and generation that begins where the writer stands; a late attempt of an older generation must not get the owner's rights.
 */
import type { Committed, PartAddress, Writer } from '../src/sinks/sink';

export interface Held extends Committed {
  readonly writer: Writer;
  readonly generation: number;
}

const keyOf = ({ job, run, stream, shard }: PartAddress) => `${job}/${run}/${stream}/${String(shard)}`;

export class Writers {
  private readonly held = new Map<string, { held: Held; expiry: NodeJS.Timeout }>();

  /** @param idleMs a writer that nobody asks for is closed after this time */
  constructor(private readonly idleMs = 60_000) {}

  /** The writer left by the emit before, if it is the right one; any other that was kept for this part is closed. */
  async take(part: PartAddress, generation: number, next: number): Promise<Held | null> {
    const key = keyOf(part);
    const kept = this.held.get(key);
    if (kept === undefined) return null;
    this.held.delete(key);
    clearTimeout(kept.expiry);
    if (kept.held.generation === generation && kept.held.next === next) return kept.held;
    await kept.held.writer.close();
    return null;
  }

  /** One a part: of two attempts that end one after the other the earlier one's is closed, whichever of them was the late one. */
  keep(part: PartAddress, held: Held): void {
    void this.drop(part);
    const key = keyOf(part);
    const expiry = setTimeout(() => {
      this.held.delete(key);
      void held.writer.close();
    }, this.idleMs);
    expiry.unref();
    this.held.set(key, { held, expiry });
  }

  /** Closes what is kept for this part: settle opens anew, always. */
  async drop(part: PartAddress): Promise<void> {
    await this.take(part, Number.NaN, Number.NaN);
  }

  async close(): Promise<void> {
    const all = [...this.held.values()];
    this.held.clear();
    await Promise.all(
      all.map(({ held, expiry }) => {
        clearTimeout(expiry);
        return held.writer.close();
      }),
    );
  }
}
