/** A writer that is stopped at any request of its commit, and goes on after another one has taken over; a commit whose answers are lost. */
import { describeKafka, startKafka } from '../../support/kafka';
import { SinkError, Superseded } from '../../../src/sinks/sink';
import { batchesOf, bytesOf } from '../batches';
import { begin, commitAll, freshPart, reopen } from '../conformance';
import { placeOn, textOf } from './place';
import { COMMIT, Wire } from './wire';

jest.setTimeout(120_000);

const REQUESTS = Object.entries(COMMIT);

describeKafka('a commit over a wire', () => {
  let bootstrap = '';
  let wire: Wire;
  beforeAll(async () => {
    wire = await Wire.open();
    wire.next();
    const broker = await startKafka({ properties: { 'advertised.listeners': `PLAINTEXT://127.0.0.1:${String(wire.port)}` } });
    wire.leadTo(Number(broker.bootstrap.split(':')[1]));
    bootstrap = `127.0.0.1:${String(wire.port)}`;
  }, 180_000);

  it.each(REQUESTS.flatMap(([name, api]) => [1, 2].map((generation) => [name, generation, api] as const)))(
    'that is stopped before %s leaves nothing behind when it goes on after a twin of generation %i has taken over',
    async (_, generation, api) => {
      const place = placeOn(bootstrap);
      const part = freshPart();
      const line = wire.next();
      const late = await begin(place.sink(), part);
      await commitAll(late, part, 2);
      const stopped = line.holdAt(api);
      const outcome = commitAll(late, part, 4, [2], 2).catch((error: unknown) => error);
      await stopped;

      wire.next();
      const { next, writer } = await reopen(place.sink(), part, generation);
      await commitAll(writer, part, 6, [3], 2);
      line.release();

      const error = await outcome;
      expect(next).toBe(2);
      expect(error instanceof Superseded || (error instanceof SinkError && error.canRetry)).toBe(true);
      expect(error instanceof Superseded).toBe(generation === 2);
      await commitAll(writer, part, 7, [1], 6);
      await Promise.all([late.close(), writer.close()]);
      expect(textOf(await place.records(part))).toBe(bytesOf(batchesOf(part, 7)));
    },
  );

  it.each(REQUESTS)(
    'whose answer to %s is lost has been done as a whole or not at all, and the next writer knows which',
    async (_, api) => {
      const place = placeOn(bootstrap);
      const part = freshPart();
      const line = wire.next();
      const first = await begin(place.sink(), part);
      await commitAll(first, part, 2);
      line.loseAnswerTo(api);

      await expect(commitAll(first, part, 4, [2], 2)).rejects.toMatchObject({ code: 'SINK', canRetry: true });

      wire.next();
      const { next, writer } = await reopen(place.sink(), part);
      // Once the request that ends the transaction is out, the batches are there.
      expect(next).toBe(api === COMMIT.EndTxn ? 4 : 2);
      await commitAll(writer, part, 6, [1], next);
      await Promise.all([first.close(), writer.close()]);
      expect(textOf(await place.records(part))).toBe(bytesOf(batchesOf(part, 6)));
    },
  );
});
