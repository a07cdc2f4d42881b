/**
 * The connections of one writer: kafkajs's cluster, without its producer. The producer would group messages in quadratic time, drop those of a
 * partition it does not know in silence, and repeat a send on its own; a writer here sends each record batch once, compares what was acknowledged,
 * and after any error is dropped together with its connections.
 */
import { connect as connectSocket, isIP, type Socket } from 'node:net';
import { connect as connectTls, type ConnectionOptions } from 'node:tls';
import Cluster from 'kafkajs/src/cluster';
import { createLogger } from 'kafkajs/src/loggers';
import { version } from 'kafkajs/package.json';
import { SinkError } from '../sink';
import type { Settings } from './settings';

/** What is used of it is not its public surface: another version may have moved it. */
const KAFKAJS = '2.2.4';

/** A broker that is away is told after a second or two: Temporal tries again, and the status shows it meanwhile. */
const RETRY: Cluster.Retry = { initialRetryTime: 10, maxRetryTime: 300, factor: 0.2, multiplier: 2, retries: 6 };
/** Of the transaction part: a coordinator that is loading, or a transaction of a killed writer that is being ended (15 ms as a rule). */
const COORDINATOR_RETRY: Cluster.Retry = { initialRetryTime: 10, maxRetryTime: 500, factor: 0.2, multiplier: 2, retries: 60 };

/** Nobody reads kafkajs's own log: what matters comes as an error. */
export const silent = createLogger({ level: 0, logCreator: () => () => undefined });

/** Requests that are not kafkajs's own need brokers that know them: API key → version; each is there from Kafka 2.8 on. */
const NEEDED: Readonly<Record<number, number>> = { 0: 7, 3: 10, 9: 7 };

export const GROUP = 0;
const KEEP_ALIVE_MS = 60_000;
/** An address is no name that a client may ask for; the certificate is held against it all the same. */
const NO_NAME = '';

/** Asks for a coordinator once: kafkajs would before each of five requests of a transaction. One that has moved is an error, and ends the writer. */
class LastingCluster extends Cluster {
  private readonly coordinators = new Map<string, Promise<Cluster.Broker>>();
  override readonly retry = COORDINATOR_RETRY;

  override findGroupCoordinator(of: { groupId: string; coordinatorType: number }): Promise<Cluster.Broker> {
    const key = `${String(of.coordinatorType)} ${of.groupId}`;
    const known = this.coordinators.get(key) ?? super.findGroupCoordinator(of);
    this.coordinators.set(key, known);
    known.catch(() => this.coordinators.delete(key));
    return known;
  }

  forgetCoordinators(): void {
    this.coordinators.clear();
  }
}

export class Link {
  readonly cluster: LastingCluster;
  private readonly sockets = new Set<Socket>();
  private isCut = false;

  private constructor({ brokers, ssl, sasl }: Settings) {
    this.cluster = new LastingCluster({
      logger: silent,
      socketFactory: (target) => this.socket(target),
      brokers,
      clientId: 'evergen',
      connectionTimeout: 2_000,
      authenticationTimeout: 5_000,
      reauthenticationThreshold: 10_000,
      requestTimeout: 20_000,
      enforceRequestTimeout: true,
      metadataMaxAge: 300_000,
      allowAutoTopicCreation: false,
      retry: RETRY,
      ...(ssl === undefined ? {} : { ssl }),
      ...(sasl === undefined ? {} : { sasl }),
    });
  }

  /** @throws kafkajs's errors; SinkError where brokers are too old */
  static async open(settings: Settings): Promise<Link> {
    if (version !== KAFKAJS) throw new Error(`kafkajs is ${version}, evergen works with ${KAFKAJS} exactly: npm ci`);
    const link = new Link(settings);
    try {
      await link.cluster.connect();
      const { versions } = link.seed;
      for (const [api, needed] of Object.entries(NEEDED)) {
        const known = versions?.[Number(api)];
        if (known === undefined || known.minVersion > needed || known.maxVersion < needed)
          throw new SinkError('these Kafka brokers are too old: evergen needs 2.8 or newer. Update them, then resume the job', false);
      }
      return link;
    } catch (error) {
      link.cut();
      throw error;
    }
  }

  /** Any broker. */
  get seed(): Cluster.Broker {
    return this.cluster.brokerPool.seedBroker;
  }

  /** Ends the connections; what is under way comes to its end before. */
  async close(): Promise<void> {
    await this.cluster.disconnect().catch(() => undefined);
    this.cut();
  }

  /** Cuts the connections at once; what is under way fails. */
  cut(): void {
    this.isCut = true;
    for (const socket of this.sockets) socket.destroy(new Error('the connection was cut by its writer'));
  }

  /** @throws when it was cut */
  refuseWhenCut(): void {
    if (this.isCut) throw new Error('the connection was cut by its writer');
  }

  private socket({ host, port, ssl, onConnect }: { host: string; port: number; ssl?: ConnectionOptions; onConnect: () => void }): Socket {
    const socket =
      ssl === undefined || ssl === null
        ? connectSocket({ host, port }, onConnect)
        : connectTls({ host, port, servername: isIP(host) === 0 ? host : NO_NAME, ...ssl }, onConnect);
    socket.setKeepAlive(true, KEEP_ALIVE_MS);
    socket.setNoDelay(true);
    this.sockets.add(socket);
    socket.once('close', () => this.sockets.delete(socket));
    return socket;
  }
}
