import { evergen } from './evergen';

jest.setTimeout(120_000);

test('the demo shows events as they come, kills its worker in the middle, and ends by itself with data that is verified', async () => {
  const call = await evergen();

  const { code, out } = await call('demo');

  expect(code).toBe(0);
  expect(out).toMatch(/API documentation +http:\/\/127\.0\.0\.1:\d+\/docs/);
  expect(out).toContain('"estimated_events":300');
  expect(out).toMatch(/\d+ of 300 events {2}\d\d:\d\d:\d\d\.\d{3} {2}\w+, [\w ]+, \w+, \w+ risk/);
  expect(out).toMatch(/^\$ kill -9 \d+/m);
  expect(out).toMatch(/^events +300 scheduled, 300 emitted, 0 skipped, 0 rejected$/m);
  expect(out).toMatch(/^verified: 300 events, [\d,]+ bytes, byte for byte what the specification says$/m);
});

test('Ctrl-C while everything is still being started leaves nothing behind', async () => {
  const call = await evergen();
  const { child, ended } = call.start('demo');
  await new Promise((resolve) => child.stderr?.once('data', resolve));

  child.kill('SIGINT');

  expect((await ended).code).toBe(130);
  expect((await call('down')).out).toContain('no stack is running');
});
