/** What evergen needs of a Temporal namespace: that it is there, and the search attributes by which jobs are listed. */
import type { Connection } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time';
import { SEARCH_ATTRIBUTES } from '../../workflows/messages';
import { UserError } from '../spec/failures';

export interface NamespaceState {
  /** False on a cluster that lacks the attributes and refuses to add them: jobs must then be started and upserted without. */
  searchAttributes: boolean;
  /** One sentence each, for people. */
  warnings: string[];
}

const CALL_MS = 5_000;
/** gRPC status NOT_FOUND. */
const NOT_FOUND = 5;
/** `IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD` of Temporal's API. */
const KEYWORD = 2;

/**
 * Called by `up`, and by a worker or facade that runs against a cluster, before the first job; repeating it changes nothing.
 * @throws UserError when the namespace does not exist; Temporal's own error when the server is away
 */
export async function ensureNamespace(connection: Connection, namespace: string, callMs = CALL_MS): Promise<NamespaceState> {
  const call = <T>(work: () => Promise<T>): Promise<T> => connection.withDeadline(Date.now() + callMs, work);
  try {
    await call(() => connection.workflowService.describeNamespace({ namespace }));
  } catch (error) {
    if (codeOf(error) !== NOT_FOUND) throw error;
    throw new UserError(
      `TEMPORAL_NAMESPACE: there is no namespace ${namespace} on this Temporal server; create it: temporal operator namespace create -n ${namespace}`,
    );
  }
  try {
    const { customAttributes } = await call(() => connection.operatorService.listSearchAttributes({ namespace }));
    const missing = Object.values(SEARCH_ATTRIBUTES).filter((name) => customAttributes?.[name] === undefined);
    if (missing.length > 0) {
      const searchAttributes = Object.fromEntries(missing.map((name) => [name, KEYWORD] as const));
      await call(() => connection.operatorService.addSearchAttributes({ namespace, searchAttributes }));
    }
    return { searchAttributes: true, warnings: [] };
  } catch (error) {
    return {
      searchAttributes: false,
      warnings: [
        `the search attributes ${Object.values(SEARCH_ATTRIBUTES).join(', ')} (Keyword) are not there and could not be added to namespace ${namespace}: ` +
          `${error instanceof Error ? error.message : String(error)}; add them by hand, jobs run without them until then`,
      ],
    };
  }
}

/** Keeps ended runs listed for that long (Temporal's own minimum is one day). */
export async function setRetention(connection: Connection, namespace: string, hours: number): Promise<void> {
  await connection.withDeadline(Date.now() + CALL_MS, () =>
    connection.workflowService.updateNamespace({
      namespace,
      config: { workflowExecutionRetentionTtl: msToTs(hours * 3_600_000) },
    }),
  );
}

const codeOf = (error: unknown): unknown => (error instanceof Error && 'code' in error ? error.code : undefined);
