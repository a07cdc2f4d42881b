/** A real Kafka broker for live tests: found as users find it, on a free port, gone when the test file ends. */
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { startBroker as start, type Broker } from '../../src/kafka-broker/broker';
import { findKafka, KAFKA_VERSIONS, type KafkaVersion } from '../../src/kafka-broker/jars';
import { cacheFolder } from '../../src/temporal/cli-binary';
import { atEnd } from './cleanup';

export interface TestBroker {
  /** 127.0.0.1:port, the same after a restart. */
  readonly bootstrap: string;
  /** Folder of its jars, for Java programs that talk to it. */
  readonly jars: string;
  /** Folder of its own files: the segments of all topics. */
  readonly dataDir: string;
  readonly pid: number;
  /** SIGKILL; resolves when the process is gone. */
  kill(): Promise<void>;
  /** A new process on the same data and port; resolves when it serves. */
  restart(): Promise<void>;
}

export interface TestBrokerOptions {
  /** Default: the one that `up --kafka` runs. */
  version?: KafkaVersion;
  /** Entries of server.properties over the standard ones: authentication, limits. */
  properties?: Readonly<Record<string, string>>;
  /** Options of the virtual machine: a login configuration. */
  javaOptions?: readonly string[];
}

/** Its data is in a temporary folder. Stopped and removed after the last test of the file that called. */
export async function startKafka({ version = KAFKA_VERSIONS[0], ...more }: TestBrokerOptions = {}): Promise<TestBroker> {
  const dataDir = await mkdtemp(join(tmpdir(), 'evergen-kafka-'));
  const jars = await findKafka(version, { variables: process.env, say: (line) => process.stderr.write(`${line}\n`) });
  let broker: Broker = await start({ jars, dataDir, port: 0, ...more });
  const { address: bootstrap, port } = broker;
  const kill = async () => {
    try {
      process.kill(broker.pid, 'SIGKILL');
    } catch {
      // It has ended by itself.
    }
    await broker.exited;
  };
  atEnd(async () => {
    // Nothing of it is wanted any more: an orderly end would only take time.
    await kill();
    await rm(dataDir, { recursive: true, force: true });
  });
  return {
    bootstrap,
    jars,
    dataDir,
    get pid() {
      return broker.pid;
    },
    kill,
    restart: async () => {
      broker = await start({ jars, dataDir, port, ...more });
    },
  };
}

/** `describe` where this machine can run a broker of these versions; elsewhere a visible skip, and a failure when CI=true. */
export const describeKafka: typeof describe = choose();

function choose(): typeof describe {
  const path = (process.env['PATH'] ?? '').split(delimiter);
  const fetched = KAFKA_VERSIONS.every((version) => existsSync(join(cacheFolder(process.env), `kafka-${version}`, 'lib')));
  const missing = ['java', ...(fetched ? [] : ['mvn'])].filter((program) => !path.some((folder) => existsSync(join(folder, program))));
  if (missing.length === 0) return describe;
  const reason = `Kafka tests need ${missing.join(' and ')} (Java 17 and Maven), not found on PATH`;
  if (process.env['CI'] === 'true') throw new Error(reason);
  process.stderr.write(`skipped: ${reason}\n`);
  // Only on a developer's machine: CI=true has thrown above.
  return describe.skip;
}
