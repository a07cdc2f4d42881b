/** The sink kafka, held to the same as all others, against a real broker. */
import { noTotals } from '../../../workflows/ledger';
import { describeKafka, startKafka } from '../../support/kafka';
import { durableSink, everySink, type Setting } from '../conformance';
import { placeOn, textOf } from './place';

jest.setTimeout(60_000);

describeKafka('the sink kafka', () => {
  let bootstrap = '';
  beforeAll(async () => {
    bootstrap = (await startKafka()).bootstrap;
  }, 180_000);

  const setting = async (): Promise<Setting> => {
    const place = placeOn(bootstrap);
    return {
      sink: () => {
        const sink = place.sink();
        return {
          ...sink,
          read: async (part) => {
            const records = await place.records(part);
            if (records.length === 0) return null;
            return { next: NaN, totals: noTotals(), chunks: () => once(Buffer.from(textOf(records))) };
          },
        };
      },
    };
  };

  everySink(setting);
  durableSink(setting);
});

async function* once(bytes: Buffer): AsyncGenerator<Uint8Array> {
  yield bytes;
}
