/** Each way to a broker and each form on the wire, by a real send: one topic, a run for each, read back by Java's own consumer. */
import { execFile } from 'node:child_process';
import { readFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Kafka, logLevel } from 'kafkajs';
import type { z } from 'zod';
import { javaArguments } from '../../../src/kafka-broker/java';
import type { kafka } from '../../../src/sinks/kafka';
import { SinkError, type Batch, type PartAddress } from '../../../src/sinks/sink';
import { freePort } from '../../../src/temporal/free-port';
import { atEnd } from '../../support/cleanup';
import { describeKafka, startKafka } from '../../support/kafka';
import { totalsOf } from '../batches';
import { begin, freshPart } from '../conformance';
import { placeOn, type Place } from './place';

jest.setTimeout(120_000);

const run = promisify(execFile);
const nothing = new AbortController().signal;
const LOGIN = { user: 'writer', password: 'correct horse' };
const PLAIN_LOGIN = `org.apache.kafka.common.security.plain.PlainLoginModule required user_${LOGIN.user}="${LOGIN.password}";`;

/** Of a commit, so that each partition gets several requests. */
const [BATCHES, EVENTS] = [3, 400];

/** `{"n":7,"text":"é…"}` of 1.2 KB, keyed by n. */
function batchesOf(): Batch[] {
  return Array.from({ length: BATCHES }, (_, number) => {
    const lines = Array.from({ length: EVENTS }, (_, i) => `{"n":${String(number * EVENTS + i)},"text":"${'é '.repeat(400)}"}\n`);
    const keys = lines.map((_, i) => String(number * EVENTS + i));
    const ends = (texts: readonly string[]) => {
      let end = 0;
      return Uint32Array.from(texts, (text) => (end += Buffer.byteLength(text)));
    };
    return {
      number,
      dueUs: 1_767_225_600_000_000 + number,
      count: EVENTS,
      bytes: Buffer.from(lines.join('')),
      ends: ends(lines),
      keys: Buffer.from(keys.join('')),
      keyEnds: ends(keys),
      timesMs: Float64Array.from(lines, (_, i) => 1_767_225_600_000 + i),
      corrupted: 0,
      ledger: Buffer.alloc(0),
    };
  });
}

async function send(place: Place, part: PartAddress, options: Partial<z.input<typeof kafka.options>>, env: Record<string, string>) {
  const writer = await begin(place.sink(options, env), part);
  const batches = batchesOf();
  await writer.commit(batches, totalsOf(batches), nothing);
  await writer.close();
}

describeKafka('a broker that is reached in every way', () => {
  let jars: string;
  let place: Place;
  /** What the environment says for each way in. */
  let ways: Readonly<Record<'PLAINTEXT' | 'SASL' | 'TLS', Record<string, string>>>;

  beforeAll(async () => {
    const folder = await mkdtemp(join(tmpdir(), 'evergen-ways-'));
    atEnd(() => rm(folder, { recursive: true, force: true }));
    const [plain, sasl, tls, controller] = [await freePort(), await freePort(), await freePort(), await freePort()];
    const identity = await selfSigned(folder);
    const at = (port: number) => `127.0.0.1:${String(port)}`;
    const listeners = `PLAINTEXT://${at(plain)},SASL://${at(sasl)},TLS://${at(tls)}`;
    const broker = await startKafka({
      properties: {
        listeners: `${listeners},CONTROLLER://${at(controller)}`,
        'advertised.listeners': listeners,
        'controller.quorum.voters': `1@${at(controller)}`,
        'listener.security.protocol.map': 'CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SASL:SASL_PLAINTEXT,TLS:SSL',
        'sasl.enabled.mechanisms': 'PLAIN,SCRAM-SHA-256,SCRAM-SHA-512',
        'listener.name.sasl.plain.sasl.jaas.config': PLAIN_LOGIN,
        'listener.name.sasl.scram-sha-256.sasl.jaas.config': 'org.apache.kafka.common.security.scram.ScramLoginModule required;',
        'listener.name.sasl.scram-sha-512.sasl.jaas.config': 'org.apache.kafka.common.security.scram.ScramLoginModule required;',
        'listener.name.tls.ssl.keystore.type': 'PEM',
        'listener.name.tls.ssl.keystore.location': identity.both,
        'listener.name.tls.ssl.truststore.type': 'PEM',
        'listener.name.tls.ssl.truststore.location': identity.cert,
        'listener.name.tls.ssl.client.auth': 'required',
      },
    });
    jars = broker.jars;
    const users = ['--bootstrap-server', at(plain), '--alter', '--entity-type', 'users', '--entity-name', LOGIN.user];
    // The brokers refuse both in one request.
    const knows = (mechanism: string) =>
      java('org.apache.kafka.tools.ConfigCommand', ...users, '--add-config', `${mechanism}=[password=${LOGIN.password}]`);
    await Promise.all([knows('SCRAM-SHA-256'), knows('SCRAM-SHA-512')]);
    ways = {
      PLAINTEXT: { KAFKA_BOOTSTRAP: at(plain) },
      SASL: { KAFKA_BOOTSTRAP: at(sasl), KAFKA_SASL_USERNAME: LOGIN.user, KAFKA_SASL_PASSWORD: LOGIN.password },
      TLS: {
        KAFKA_BOOTSTRAP: at(tls),
        KAFKA_TLS_SERVER_CA_CERT_PATH: identity.cert,
        KAFKA_TLS_CLIENT_CERT_PATH: identity.cert,
        KAFKA_TLS_CLIENT_KEY_PATH: identity.key,
      },
    };
    place = placeOn(at(plain), 'ways', { KAFKA_TOPIC_PARTITIONS: '2' });
    await (await begin(place.sink(), freshPart())).close();
  }, 180_000);

  const java = async (program: string, ...options: string[]) =>
    (await run('java', [...javaArguments(jars), program, ...options], { maxBuffer: 64 * 1024 * 1024 })).stdout;

  it('delivers the same records by each mechanism, compression, encoder and delivery, as Java sees them', async () => {
    const sent: Record<string, Promise<void>> = {};
    const runs = new Map<string, string>();
    const sends = (name: string, options: Parameters<typeof send>[2], env: Record<string, string>) => {
      // A job each: runs of one would fence each other.
      const part = { ...freshPart(), job: `way-${String(runs.size)}` };
      runs.set(part.run, name);
      sent[name] = send(place, part, options, env);
    };
    sends('exactly once', {}, ways.PLAINTEXT);
    sends('at least once', { delivery: 'at_least_once' }, ways.PLAINTEXT);
    for (const delivery of ['exactly_once', 'at_least_once'] as const) {
      sends(`${delivery}, gzip`, { delivery, compression: 'gzip' }, ways.PLAINTEXT);
      sends(`${delivery}, by kafkajs`, { delivery }, { ...ways.PLAINTEXT, KAFKA_ENCODER: 'kafkajs' });
    }
    sends('gzip by kafkajs', { compression: 'gzip' }, { ...ways.PLAINTEXT, KAFKA_ENCODER: 'kafkajs' });
    for (const mechanism of ['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512'])
      sends(mechanism, {}, { ...ways.SASL, KAFKA_SASL_MECHANISM: mechanism });
    sends('TLS with a certificate of the client', {}, ways.TLS);
    await Promise.all(Object.values(sent));

    const expected = batchesOf().flatMap(({ bytes, number }) =>
      bytes
        .toString()
        .trimEnd()
        .split('\n')
        .map((value, i) => `${String(number)}/${String(i)} ${String(number * EVENTS + i)} ${value}`),
    );
    const seen = await seenByJava(runs);
    for (const name of runs.values()) {
      const records = seen.get(name) ?? [];
      // Within a partition in order, over both nothing more and nothing less.
      for (const partition of ['0', '1']) {
        const of = records.filter((one) => one.partition === partition).map(({ text }) => Number(/"n":(\d+)/.exec(text)?.[1]));
        expect({ name, of }).toEqual({ name, of: [...of].sort((a, b) => a - b) });
        expect(of.length).toBeGreaterThan(0);
      }
      expect({ name, texts: records.map(({ text }) => text).sort() }).toEqual({ name, texts: [...expected].sort() });
    }
    expect(seen.size).toBe(runs.size);
  });

  /** By name of the way: `batch/i key value` of each record, in Java's order. */
  async function seenByJava(runs: ReadonlyMap<string, string>): Promise<Map<string, { partition: string; text: string }[]>> {
    const show = ['key', 'headers', 'partition'].flatMap((what) => ['--formatter-property', `print.${what}=true`]);
    const records = String(runs.size * BATCHES * EVENTS);
    const reader = ['--bootstrap-server', ways.PLAINTEXT.KAFKA_BOOTSTRAP ?? '', '--topic', place.topic, '--from-beginning'];
    const end = ['--isolation-level', 'read_committed', '--max-messages', records, '--timeout-ms', '20000'];
    const lines = (await java('org.apache.kafka.tools.consumer.ConsoleConsumer', ...reader, ...end, ...show)).trimEnd().split('\n');
    const seen = new Map<string, { partition: string; text: string }[]>();
    for (const line of lines) {
      const [, partition = '', job = '', of = '', address = '', key = '', value = ''] =
        /^Partition:(\d+)\tevergen-id:([^/]+)\/([^/]+)\/intakes\/(\d+\/\d+),evergen-due:[^\t]+\t([^\t]*)\t(.*)$/.exec(line) ?? [];
      const name = runs.get(of);
      if (name === undefined) throw new Error(`no run of these tests wrote ${job} ${of}: ${line.slice(0, 100)}`);
      const known = seen.get(name) ?? [];
      known.push({ partition, text: `${address} ${key} ${value}` });
      seen.set(name, known);
    }
    return seen;
  }

  it('takes by gzip what without it would be too large for the topic: the brokers hold it compressed', async () => {
    const small = placeOn(ways.PLAINTEXT.KAFKA_BOOTSTRAP ?? '');
    const admin = new Kafka({ brokers: [ways.PLAINTEXT['KAFKA_BOOTSTRAP'] ?? ''], logLevel: logLevel.NOTHING }).admin();
    await admin.connect();
    const configEntries = [
      { name: 'max.message.bytes', value: '20000' },
      { name: 'retention.ms', value: '-1' },
    ];
    await admin.createTopics({ topics: [{ topic: small.topic, numPartitions: 1, configEntries }], waitForLeaders: true });
    await admin.disconnect();
    const value = Buffer.from(`{"text":"${'x'.repeat(100_000)}"}\n`);
    const large: Batch = {
      number: 0,
      dueUs: 1_767_225_600_000_000,
      count: 1,
      bytes: value,
      ends: Uint32Array.of(value.length),
      keys: Buffer.from('1'),
      keyEnds: Uint32Array.of(1),
      timesMs: Float64Array.of(1_767_225_600_000),
      corrupted: 0,
      ledger: Buffer.alloc(0),
    };
    const [plain, gzip] = [freshPart(), freshPart()];
    const refused = await begin(small.sink(), plain);
    await expect(refused.commit([large], totalsOf([large]), nothing)).rejects.toMatchObject({ code: 'SINK', canRetry: false });
    const taken = await begin(small.sink({ compression: 'gzip' }), gzip);
    await taken.commit([large], totalsOf([large]), nothing);
    await taken.close();

    expect(await small.records(plain)).toEqual([]);
    expect((await small.records(gzip)).map((record) => record.value?.toString())).toEqual([value.toString().trimEnd()]);
  });

  it.each([
    ['a wrong password by SCRAM', () => ({ ...ways.SASL, KAFKA_SASL_MECHANISM: 'scram-sha-512', KAFKA_SASL_PASSWORD: 'hunter2' })],
    ['no login where one is asked for', () => ({ KAFKA_BOOTSTRAP: ways.SASL['KAFKA_BOOTSTRAP'] ?? '' })],
    ['no certificate of ours where one is asked for', () => ({ ...ways.TLS, ...NO_CLIENT })],
    ['a certificate of theirs that nobody vouches for', () => ({ KAFKA_BOOTSTRAP: ways.TLS['KAFKA_BOOTSTRAP'] ?? '', KAFKA_TLS: 'true' })],
  ])('refuses %s with a sentence, and nothing is written', async (_, env) => {
    const part = freshPart();
    const error: unknown = await begin(place.sink({}, env()), part).catch((reason: unknown) => reason);

    expect(error instanceof SinkError ? error.message : error).toMatch(/Kafka|brokers/);
    expect(error instanceof SinkError ? error.message : error).not.toContain('hunter2');
    expect(await place.records(part)).toEqual([]);
  });
});

const NO_CLIENT = { KAFKA_TLS_CLIENT_CERT_PATH: '', KAFKA_TLS_CLIENT_KEY_PATH: '' };

/** A certificate that vouches for itself, of the broker and of its clients. */
async function selfSigned(folder: string): Promise<{ key: string; cert: string; both: string }> {
  const [key, cert, both] = [join(folder, 'key.pem'), join(folder, 'cert.pem'), join(folder, 'both.pem')];
  const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1,DNS:localhost'];
  await run('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', cert, '-days', '2', ...names]);
  await writeFile(both, `${await readFile(key, 'utf8')}${await readFile(cert, 'utf8')}`);
  return { key, cert, both };
}
