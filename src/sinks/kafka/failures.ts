/** What went wrong, sorted by who must act: by a list of our own, since kafkajs calls errors retriable by other rules than ours. */
import { LostProgress, SinkError, Superseded } from '../sink';

interface Place {
  readonly topic?: string;
  readonly group?: string;
  readonly transactionalId?: string;
}

/** What an operator has to do, by the protocol's name of the error; every other one heals with time. */
const REMEDIES: Readonly<Record<string, (place: Place) => string>> = {
  SASL_AUTHENTICATION_FAILED: () => LOG_IN,
  UNSUPPORTED_SASL_MECHANISM: () => 'the brokers do not know this KAFKA_SASL_MECHANISM: choose one of theirs and start the worker anew',
  SECURITY_DISABLED: () => 'the brokers have security switched off: unset KAFKA_SASL_… and start the worker anew',
  TOPIC_AUTHORIZATION_FAILED: ({ topic }) => `not allowed to write to topic ${topic ?? ''}: grant Describe, Write and, to make it, Create`,
  GROUP_AUTHORIZATION_FAILED: ({ group }) => `not allowed to use group ${group ?? ''}: grant Read on groups with the prefix evergen.`,
  TRANSACTIONAL_ID_AUTHORIZATION_FAILED: () =>
    'not allowed to use transactions: grant Describe and Write on transactional ids with the prefix evergen., or set delivery: at_least_once',
  CLUSTER_AUTHORIZATION_FAILED: () =>
    'not allowed to write idempotently or to make topics: grant IdempotentWrite, or Create, on the cluster',
  MESSAGE_TOO_LARGE: ({ topic }) => `topic ${topic ?? ''} does not take record batches of this size: raise its max.message.bytes`,
  RECORD_LIST_TOO_LARGE: ({ topic }) => `topic ${topic ?? ''} does not take record batches of this size: raise its segment.bytes`,
  INVALID_TOPIC_EXCEPTION: ({ topic }) => `${topic ?? ''} cannot be the name of a topic: choose another one`,
  INVALID_REPLICATION_FACTOR: () =>
    'the cluster has fewer brokers than KAFKA_TOPIC_REPLICATION asks for: lower it and start the worker anew',
  INVALID_PARTITIONS: () => 'the brokers refuse KAFKA_TOPIC_PARTITIONS: choose another number and start the worker anew',
  POLICY_VIOLATION: ({ topic }) => `a policy of the brokers forbids topic ${topic ?? ''} as it was asked for: make it by hand`,
  INVALID_TIMESTAMP: ({ topic }) => `topic ${topic ?? ''} refuses the events' times: look at its message.timestamp.* settings`,
  INVALID_RECORD: ({ topic }) => `topic ${topic ?? ''} refuses the records: is it compacted, or checked by a schema?`,
  UNSUPPORTED_VERSION: () => 'these brokers do not know a request that evergen needs: update them',
  UNSUPPORTED_COMPRESSION_TYPE: () => 'the brokers do not take this compression: set compression: none',
  OFFSET_METADATA_TOO_LARGE: () => 'the brokers take too little metadata with an offset: set offset.metadata.max.bytes to 4096',
};

const LOG_IN =
  'the brokers refuse the login: look at KAFKA_SASL_MECHANISM, KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD and start the worker anew';

/** Another producer has the transactional id: not to be tried again by the same attempt. */
const FENCED = ['INVALID_PRODUCER_EPOCH', 'PRODUCER_FENCED'];
/** Code of PRODUCER_FENCED, which kafkajs 2.2.4 has no name for. */
const PRODUCER_FENCED = 90;

export const isFenced = (error: unknown): boolean =>
  causes(error).some((cause) => FENCED.includes(typeOf(cause)) || ('code' in cause && cause.code === PRODUCER_FENCED));

export const hasType = (error: unknown, ...types: string[]): boolean => causes(error).some((cause) => types.includes(typeOf(cause)));

/** Any error as the sink's; what is one of the sink's already, or no error of Kafka's (an abort), is passed on as it is. */
export function asSinkError(error: unknown, place: Place = {}): unknown {
  if (error instanceof SinkError || error instanceof Superseded || error instanceof LostProgress) return error;
  const all = causes(error);
  for (const cause of all) {
    const remedy = cause.name === 'KafkaJSSASLAuthenticationError' ? () => LOG_IN : REMEDIES[typeOf(cause)];
    if (remedy !== undefined) return new SinkError(`${remedy(place)}; then resume the job (${short(cause)})`, false, { cause: error });
  }
  const kafkas = all.find(({ name }) => name.startsWith('KafkaJS'));
  if (kafkas === undefined) return error;
  const away = all.find(({ name }) => name === 'KafkaJSConnectionError' || name === 'KafkaJSConnectionClosedError');
  const broker = away !== undefined && 'broker' in away && typeof away.broker === 'string' ? ` at ${away.broker}` : '';
  const message = away === undefined ? `Kafka failed: ${short(all.at(-1) ?? kafkas)}` : `no Kafka broker answers${broker}: ${short(away)}`;
  return new SinkError(message, true, { cause: error });
}

/** The error, its causes, and the parts of an aggregate, outermost first. */
function causes(error: unknown): Error[] {
  if (!(error instanceof Error)) return [];
  const parts: unknown[] = 'errors' in error && Array.isArray(error.errors) ? error.errors : [];
  return [error, ...causes(error.cause), ...parts.flatMap(causes)];
}

const typeOf = (error: Error): string => ('type' in error && typeof error.type === 'string' ? error.type : '');

const short = (error: Error): string => [typeOf(error), error.message].filter((text) => text !== '').join(': ');
