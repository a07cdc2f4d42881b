/** Puts the parts of a stack together in order, takes them apart in the opposite order, and keeps the record of it. */
import { join } from 'node:path';
import type { Level } from '../../log';
import { connectClient, temporalSettings } from '../../temporal/connect';
import { ensureNamespace } from '../../temporal/namespace';
import { identityOf } from '../../temporal/processes';
import { unreachable } from '../../temporal/unreachable';
import { EXIT, Ending } from '../exit';
import { asLine, createLineStore, whileEnding, type Line } from './lines';
import { startNodePart } from './node-part';
import { NoLongerWanted, keep, type Keeping, type Kept, type Part } from './part';
import { facadeStarter, kafkaStarter, temporalStarter } from './parts';
import { removeRecord, writeRecord, type StackRecord, type TemporalRecord } from './record';
import type { StackOptions } from './stack';

export interface Assembly {
  readonly record: Readonly<StackRecord>;
  /** Starts all parts. @returns where Temporal is */
  build(): Promise<TemporalRecord>;
  /** Says in the record that everything is ready. */
  isReady(resumed: string[], paused: string[]): void;
  /** A planned stop begins. */
  isEnding(): void;
  /** Ends what was started: facade, workers, then the servers. */
  dismantle(): Promise<void>;
}

const compiled = (name: string): string => join(__dirname, '..', '..', `${name}.js`);

export function assemble(options: StackOptions): Assembly {
  const { environment, variables, folder, workers = 1, facade = true, onLine, say = () => undefined } = options;
  const { DATA_DIR: dataDir, TEMPORAL_ADDRESS: given, TEMPORAL_NAMESPACE: namespace, TEMPORAL_UI_URL: givenUi } = environment;
  const entries = options.entries ?? { worker: compiled('worker'), facade: compiled('server') };
  const store = createLineStore(dataDir);
  const record: StackRecord = {
    supervisor: identityOf(process.pid) ?? '',
    started_at: new Date().toISOString(),
    ready: false,
    detached: options.detached ?? false,
    temporal: null,
    kafka: null,
    addresses: {},
    parts: {},
    ready_at: {},
    resumed: [],
    paused: [],
  };
  const kept: { temporal?: Kept; kafka?: Kept; workers: Kept[]; facade?: Kept } = { workers: [] };
  // One part that cannot start ends the attempts of the others.
  const failed = new AbortController();
  const starting = options.signal === undefined ? failed.signal : AbortSignal.any([failed.signal, options.signal]);

  let ending = false;
  const emit = (said: Line): void => {
    const line = ending ? whileEnding(said) : said;
    store(line);
    onLine?.(line);
  };
  const tell = (level: Level, message: string): void =>
    emit({ timestamp: new Date().toISOString(), component: 'up', run_id: null, level, message });
  // What a part prints besides its log lines: a banner on standard output, a stack trace on standard error.
  const hear = (component: string) => (text: string, from: 'stdout' | 'stderr') =>
    text.trim() === '' ? undefined : emit(asLine(text, component, from === 'stderr' ? 'error' : 'debug', new Date()));
  const change = (part: Partial<StackRecord>): void => writeRecord(dataDir, Object.assign(record, part));
  const spawned = (name: string) => (pid: number) => {
    const identity = identityOf(pid);
    if (identity !== null) change({ parts: { ...record.parts, [name]: identity } });
  };

  async function foreignTemporal(address: string): Promise<TemporalRecord> {
    const connection = connectClient(temporalSettings(environment, address));
    try {
      for (const warning of (await ensureNamespace(connection, namespace)).warnings) tell('warn', warning);
    } catch (failure) {
      const nobody = unreachable(failure, address);
      throw nobody === null ? failure : new Ending(EXIT.failed, nobody);
    } finally {
      await connection.close();
    }
    return { address, namespace, ui_url: givenUi ?? null };
  }

  const readyNow = (name: string) => (): void => change({ ready_at: { ...record.ready_at, [name]: new Date().toISOString() } });

  const wishes = (name: string) => ({ environment, variables, say, onLine: hear(name), onSpawn: spawned(name) });

  async function ownTemporal(): Promise<TemporalRecord> {
    const { start, where } = temporalStarter(wishes('temporal'));
    kept.temporal = await keep({ name: 'temporal', start, say: tell, onReady: readyNow('temporal') }, starting);
    return { ...where(), namespace };
  }

  async function startKafka(): Promise<void> {
    const { start, bootstrap } = kafkaStarter(wishes('kafka'));
    kept.kafka = await keep({ name: 'kafka', start, say: tell, onReady: readyNow('kafka') }, starting);
    change({ kafka: bootstrap() });
  }

  const program = (name: string, entry: string, { address, ui_url: ui }: TemporalRecord) => ({
    entry,
    folder,
    variables: {
      ...variables,
      DATA_DIR: dataDir,
      LOG_FORMAT: 'json',
      TEMPORAL_ADDRESS: address,
      ...(ui === null ? {} : { TEMPORAL_UI_URL: ui }),
      ...(record.kafka === null ? {} : { KAFKA_BOOTSTRAP: record.kafka }),
    },
    onLine: hear(name),
    onSpawn: spawned(name),
  });

  async function startPart(part: Keeping, started: (kept: Kept) => void): Promise<void> {
    try {
      started(await keep(part, starting));
    } catch (error) {
      failed.abort();
      throw error;
    }
  }

  return {
    record,
    async build() {
      change({});
      const [server, broker] = await Promise.allSettled([
        given === undefined ? ownTemporal() : foreignTemporal(given),
        options.kafka ? startKafka() : undefined,
      ]);
      if (server.status === 'rejected') throw server.reason;
      if (broker.status === 'rejected') throw broker.reason;
      const temporal = server.value;
      change({ temporal });
      const names = Array.from({ length: workers }, (_, index) => (workers === 1 ? 'worker' : `worker-${index + 1}`));
      const parts = names.map((name) => {
        const worker = program(name, entries.worker, temporal);
        const start = (signal: AbortSignal) => startNodePart(worker, signal);
        return startPart({ name, start, say: tell, onReady: readyNow(name) }, (part) => kept.workers.push(part));
      });
      if (facade) {
        const onReady = ({ addresses }: Part): void => {
          change({ addresses: { ...addresses } });
          readyNow('facade')();
        };
        const start = facadeStarter(program('facade', entries.facade, temporal));
        parts.push(startPart({ name: 'facade', start, say: tell, onReady }, (part) => (kept.facade = part)));
      }
      const outcomes = await Promise.allSettled(parts);
      const failures = outcomes.flatMap((outcome): unknown[] => (outcome.status === 'rejected' ? [outcome.reason] : []));
      // The first is the cause, the others were ended because of it; which one that is, the words tell.
      const cause = failures.find((failure) => !(failure instanceof NoLongerWanted)) ?? failures[0];
      if (cause !== undefined) throw cause;
      return temporal;
    },
    isReady: (resumed, paused) => change({ ready: true, resumed, paused }),
    isEnding: () => void (ending = true),
    async dismantle() {
      await kept.facade?.stop();
      await Promise.all(kept.workers.map((part) => part.stop()));
      await Promise.all([kept.temporal?.stop(), kept.kafka?.stop()]);
      removeRecord(dataDir);
    },
  };
}
