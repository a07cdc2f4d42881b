/** The parts of kafkajs 2.2.4 that are used here and that it does not type: `link.ts` says why these and not its producer. */
declare module 'kafkajs/src/protocol/encoder' {
  class Encoder {
    constructor(initialSize?: number);
    readonly buffer: Buffer;
    writeInt16(value: number): this;
    writeInt32(value: number): this;
    writeBoolean(value: boolean): this;
    writeString(value: string | null): this;
    writeArray(values: readonly Encoder[]): this;
    writeBufferInternal(value: Buffer): void;
    /** Without an argument: no tagged fields. */
    writeUVarIntBytes(value?: Buffer): this;
    writeUVarIntString(value: string): this;
    writeUVarIntArray(values: readonly Encoder[]): this;
  }
  export = Encoder;
}

declare module 'kafkajs/src/protocol/decoder' {
  class Decoder {
    constructor(bytes: Buffer);
    readInt16(): number;
    readInt32(): number;
    readInt64(): { toString(): string };
    readBoolean(): boolean;
    readBytes(length: number): Buffer;
    readString(): string | null;
    readArray<T>(read: (decoder: Decoder) => T): T[];
    readUVarIntString(): string | null;
    readUVarIntArray<T>(read: (decoder: Decoder) => T): T[];
    readTaggedFields(): unknown;
  }
  export = Decoder;
}

declare module 'kafkajs/src/protocol/error' {
  export function createErrorFromCode(code: number): Error & { type: string; code: number; retriable: boolean };
}

declare module 'kafkajs/src/loggers' {
  export function createLogger(options: { level: number; logCreator: () => () => void }): object;
}

declare module 'kafkajs/src/cluster' {
  import type { Socket } from 'node:net';
  import type { ConnectionOptions } from 'node:tls';
  import type Encoder from 'kafkajs/src/protocol/encoder';
  import type { SASLOptions } from 'kafkajs';

  namespace Cluster {
    interface Retry {
      initialRetryTime: number;
      maxRetryTime: number;
      factor: number;
      multiplier: number;
      retries: number;
    }

    /** A request as kafkajs sends it, of its own or of ours. */
    interface Exchange<Answer> {
      request: { apiKey: number; apiVersion: number; apiName: string; encode(): Promise<Encoder> };
      response: { decode(raw: Buffer): Promise<Answer>; parse(answer: Answer): Promise<Answer> };
    }

    interface ConfigEntry {
      configName: string;
      configValue: string | null;
    }

    interface OffsetsOf {
      topic: string;
      partitions: { partition: number; offset: string; metadata: string }[];
    }

    interface FetchedMessage {
      offset: string;
      key: Buffer | null;
      value: Buffer | null;
      timestamp: string;
      headers: Readonly<Record<string, Buffer | Buffer[] | string | undefined>>;
      isControlRecord: boolean;
      batchContext: { producerId: string; inTransaction: boolean };
    }

    /** Of one partition. */
    interface Fetched {
      messages: FetchedMessage[];
      /** Null: none. */
      abortedTransactions: { producerId: string; firstOffset: string }[] | null;
    }

    /** One socket, its requests answered in their order. */
    interface Connection {
      readonly clientId: string;
      readonly socket: Socket;
      readonly requestQueue: {
        push(request: {
          entry: {
            apiKey: number;
            apiVersion: number;
            apiName: string;
            correlationId: number;
            resolve: (answer: { payload: Buffer }) => void;
            reject: (error: Error) => void;
          };
          expectResponse: boolean;
          requestTimeout: number | null;
          sendRequest: () => void;
        }): void;
      };
      /** False before the first time, and when the brokers want it again. */
      isAuthenticated(): boolean;
      authenticate(): Promise<void>;
      /** @throws kafkajs's connection error */
      failIfNotConnected(): void;
      nextCorrelationId(): number;
    }

    interface Broker {
      readonly versions: Readonly<Record<number, { minVersion: number; maxVersion: number } | undefined>> | null;
      readonly connectionPool: { send<Answer>(exchange: Exchange<Answer>): Promise<Answer>; getConnection(): Promise<Connection> };
      createTopics(request: {
        topics: {
          topic: string;
          numPartitions: number;
          replicationFactor: number;
          replicaAssignment?: never[];
          configEntries: { name: string; value: string }[];
        }[];
      }): Promise<unknown>;
      describeConfigs(request: {
        resources: { type: number; name: string; configNames: string[] }[];
      }): Promise<{ resources: { configEntries: ConfigEntry[] }[] }>;
      offsetCommit(request: { groupId: string; groupGenerationId: number; memberId: string; topics: OffsetsOf[] }): Promise<unknown>;
      listOffsets(request: {
        replicaId: number;
        isolationLevel: number;
        topics: { topic: string; partitions: { partition: number; timestamp: number }[] }[];
      }): Promise<{ responses: { partitions: { offset: string }[] }[] }>;
      fetch(request: {
        replicaId: number;
        isolationLevel: number;
        maxWaitTime: number;
        minBytes: number;
        maxBytes: number;
        topics: { topic: string; partitions: { partition: number; fetchOffset: number; maxBytes: number }[] }[];
      }): Promise<{ responses: { partitions: Fetched[] }[] }>;
      produce(request: unknown): Promise<{ topics: { partitions: { partition: number; baseOffset: string }[] }[] }>;
    }
  }

  class Cluster {
    constructor(options: {
      logger: object;
      socketFactory: (target: { host: string; port: number; ssl?: ConnectionOptions; onConnect: () => void }) => Socket;
      brokers: string[];
      ssl?: ConnectionOptions;
      sasl?: SASLOptions;
      clientId: string;
      connectionTimeout: number;
      authenticationTimeout: number;
      reauthenticationThreshold: number;
      requestTimeout: number;
      enforceRequestTimeout: boolean;
      metadataMaxAge: number;
      allowAutoTopicCreation: boolean;
      retry: Cluster.Retry;
    });
    /** Read by the transaction part; never set by kafkajs 2.2.4 itself. */
    retry?: Cluster.Retry;
    readonly brokerPool: { readonly seedBroker: Cluster.Broker };
    connect(): Promise<void>;
    disconnect(): Promise<void>;
    refreshMetadata(): Promise<void>;
    addMultipleTargetTopics(topics: string[]): Promise<void>;
    findControllerBroker(): Promise<Cluster.Broker>;
    findBroker(of: { nodeId: number | string }): Promise<Cluster.Broker>;
    findTopicPartitionMetadata(topic: string): { partitionId: number; leader: number }[];
    fetchTopicsOffset(of: { topic: string; partitions: { partition: number }[]; fromBeginning: boolean }[]): Promise<unknown>;
    /** Node ids → partitions. */
    findLeaderForPartitions(topic: string, partitions: number[]): Record<string, number[]>;
    findGroupCoordinator(of: { groupId: string; coordinatorType: number }): Promise<Cluster.Broker>;
  }
  export = Cluster;
}

declare module 'kafkajs/src/producer/eosManager' {
  import type Cluster from 'kafkajs/src/cluster';

  namespace createEosManager {
    interface EosManager {
      initProducerId(): Promise<void>;
      getProducerId(): string;
      getProducerEpoch(): number;
      beginTransaction(): void;
      addPartitionsToTransaction(topics: { topic: string; partitions: { partition: number }[] }[]): Promise<void>;
      sendOffsets(offsets: { consumerGroupId: string; topics: Cluster.OffsetsOf[] }): Promise<void>;
      commit(): Promise<void>;
    }
  }

  function createEosManager(options: {
    logger: object;
    cluster: Cluster;
    transactional: boolean;
    transactionalId?: string;
    transactionTimeout?: number;
  }): createEosManager.EosManager;
  export = createEosManager;
}
