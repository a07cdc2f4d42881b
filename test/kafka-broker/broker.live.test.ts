/** The brokers that `up --kafka` and the tests use: found, started, killed, started again. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startBroker } from '../../src/kafka-broker/broker';
import { findKafka, KAFKA_VERSIONS } from '../../src/kafka-broker/jars';
import { UserError } from '../../src/spec/failures';
import { atEnd } from '../support/cleanup';
import { describeKafka, startKafka } from '../support/kafka';

jest.setTimeout(90_000);

const answers = (address: string): Promise<boolean> =>
  new Promise((resolve) => {
    const [host = '', port] = address.split(':');
    const socket = connect({ host, port: Number(port) }, () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => {
      resolve(false);
    });
  });

async function folder(): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), 'evergen-broker-'));
  atEnd(() => rm(made, { recursive: true, force: true }));
  return made;
}

describeKafka('a Kafka broker', () => {
  it.each(KAFKA_VERSIONS)('%s is on the same address after kill -9, with its data', async (version) => {
    const broker = await startKafka({ version });
    const before = broker.pid;
    expect(await answers(broker.bootstrap)).toBe(true);

    await broker.kill();
    expect(await answers(broker.bootstrap)).toBe(false);
    await broker.restart();

    expect(broker.pid).not.toBe(before);
    expect(await answers(broker.bootstrap)).toBe(true);
  });

  it('that finds its port taken says so and leaves nothing running', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    atEnd(() => new Promise((resolve) => other.close(resolve)));
    const address = other.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const jars = await findKafka('4.4.0', { variables: process.env, say: () => undefined });

    await expect(startBroker({ jars, dataDir: await folder(), port })).rejects.toThrow(`port ${String(port)} is taken`);
  });

  it('that cannot start says why in its own words', async () => {
    const jars = await findKafka('4.4.0', { variables: process.env, say: () => undefined });
    const dataDir = await folder();

    const failure = await startBroker({ jars, dataDir, port: 0, properties: { 'num.io.threads': '0' } }).catch((error: unknown) => error);

    expect(String(failure)).toMatch(/num\.io\.threads/);
    expect(await readFile(join(dataDir, 'server.properties'), 'utf8')).toContain('num.io.threads=0');
  });
});

test('a machine without Java is told all ways out before anything is fetched', async () => {
  const cache = await folder();

  const failure = await findKafka('4.4.0', { variables: { PATH: cache, XDG_CACHE_HOME: cache }, say: () => undefined }).catch(
    (error: unknown) => error,
  );

  expect(failure).toBeInstanceOf(UserError);
  expect(String(failure)).toMatch(/java is not on PATH.*KAFKA_BOOTSTRAP.*Java 17 and Maven/s);
});
