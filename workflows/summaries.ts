/** Words for the Temporal Web UI: what an emit covers, how a job stands. */
import { sum } from './ledger';
import type { EmitArgs, Status } from './messages';

export function describeSpan({ plan, part, from, until }: EmitArgs): string {
  const name = plan.streams[part.stream]?.name ?? '';
  const shard = plan.shards === 1 ? '' : ` shard ${String(part.shard)}`;
  return `${name}${shard}: ${until < Number.MAX_SAFE_INTEGER ? `batches ${String(from)} … ${String(until - 1)}` : `from batch ${String(from)}`}`;
}

/** Markdown of a few lines. */
export function describeJob({ plan, state, settling, reason, parts, timeline }: Status): string {
  const totals = sum(parts.map((part) => part.totals));
  const lines = [
    `**${state}**${settling ? ' (settling)' : ''}${reason === null ? '' : `: ${reason}`}`,
    `${plan.scenario} → ${plan.sink}, seed ${String(plan.seed ?? '')}`,
    `${String(totals.emitted)} events in ${String(totals.batches)} batches, ${String(totals.bytes)} bytes at the last receipt`,
    `${String(timeline.filter((entry) => entry.cause !== 'start').length)} changes of the timeline`,
  ];
  return lines.join('\n\n');
}
