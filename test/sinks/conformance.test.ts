import { createSink, sinks } from '../../src/sinks';
import type { Sink } from '../../src/sinks/sink';
import { durableSink, everySink, forgetfulSink, type Setting } from './conformance';
import { eventsOf, receiving } from './http/receiving';
import { tempFolder } from './temp-folder';

/** Held to the same in `<name>/conformance.live.test.ts`, against real servers. */
const LIVE = ['kafka'];

/** What a sink needs around it, besides a data directory. */
const around: Readonly<Record<string, () => Promise<Omit<Setting, 'sink'> & { env: Record<string, string> }>>> = {
  http: async () => {
    const receiver = await receiving();
    return { env: { HTTP_URL: receiver.url }, arrived: async (part) => eventsOf(await receiver.received(), part) };
  },
};

const open: Sink[] = [];
afterEach(async () => {
  for (const sink of open.splice(0)) await sink.close();
});

/** Thousands of real syncs: seconds, more on a busy machine. */
jest.setTimeout(60_000);

describe.each(sinks.names.filter((name) => !LIVE.includes(name)))('the sink %s', (name) => {
  const setting = async (): Promise<Setting> => {
    const dataDir = await tempFolder();
    const { env = {}, ...more } = (await around[name]?.()) ?? {};
    const opened = (): Sink => {
      const sink = createSink({ name, options: {} }, { dataDir, env });
      open.push(sink);
      return sink;
    };
    return { ...more, sink: opened };
  };

  it('has the name of its file and says in a sentence what it is', () => {
    expect(sinks.get(name).name).toBe(name);
    expect(sinks.get(name).summary).toMatch(/\.$/);
  });
  everySink(setting);
  if (createSink({ name, options: {} }, { dataDir: '/nowhere', env: {} }).durable) durableSink(setting);
  else forgetfulSink(setting);
});
