/** What the sink `http` leaves: its record of progress and the rows of refused events on the disk, everything else at the target. */
import type { PartAddress } from '../../src/sinks/sink';
import { DiskSite } from './disk-site';
import type { Listener } from './site';
import { refuses, type Target } from './target';
import type { Expected } from './truth';

export class HttpSite extends DiskSite {
  constructor(
    parts: readonly PartAddress[],
    listener: Listener,
    private readonly target: Target,
  ) {
    super(parts, listener, 'rejected-');
  }

  /** Every event of what is committed has arrived, nothing beyond what was begun has, and all of it with the bytes that the final timeline gives it. */
  override difference(part: number, upTo: (next: number) => Expected): string | null {
    const record = this.record(part);
    const { stream, shard, shards } = this.parts[part]!;
    const next = record?.next ?? shard;
    const committed = upTo(next);
    const all = upTo(next + (record?.begun?.batches ?? 0) * shards).pieces.flatMap(({ b, lines }) =>
      lines.map((line, i) => ({ id: `${String(b)}/${String(i)}`, line })),
    );
    const lines = new Map(all.map(({ id, line }) => [id, line.slice(0, -1)]));
    const prefix = `job/run/${stream}/`;
    for (const [key, body] of this.target.bodies) {
      const id = key.slice(prefix.length);
      if (!key.startsWith(prefix) || Number(id.split('/')[0]) % shards !== shard) continue;
      if (lines.get(id) !== body) return `event ${id} arrived as ${body}, the timeline says ${lines.get(id) ?? 'that it was never begun'}`;
    }
    const missing = all.slice(0, committed.events).find(({ id }) => !this.target.bodies.has(prefix + id));
    if (missing !== undefined) return `event ${missing.id} is committed and never arrived`;
    const over = all.slice(0, committed.events + (record?.begun?.events ?? 0)).filter(({ line }) => refuses(line));
    return (
      this.rowsDiffer(
        part,
        over.map(({ id }) => id),
      ) ?? this.countDiffers(record?.totals.rejected ?? 0, over.length)
    );
  }

  private rowsDiffer(part: number, refused: readonly string[]): string | null {
    const rows = this.left(part).split('\n').slice(0, -1);
    const found = rows.map((row) => JSON.parse(row) as { batch: number; i: number }).map(({ batch, i }) => `${String(batch)}/${String(i)}`);
    return found.join() === refused.join() ? null : `rows of refused events are ${found.join(' ')}, refused were ${refused.join(' ')}`;
  }

  private countDiffers(said: number, refused: number): string | null {
    return said === refused ? null : `the record counts ${said} refused events, there were ${refused}`;
  }
}
