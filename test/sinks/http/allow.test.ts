import { AllowList, allowListOf } from '../../../src/sinks/http/allow';

const host = (address: string) => new URL(address).hostname;

describe('by default', () => {
  const allow = allowListOf({ INGEST_API_URL: 'https://api.example.com/ingest' });

  test.each([
    'http://localhost:9000',
    'http://127.0.0.1',
    'http://127.8.9.1',
    'http://[::1]:1/',
    'http://[::ffff:127.0.0.1]/',
    'https://api.example.com',
    'https://API.example.com.',
  ])('%s may be reached: loopback, in every spelling, and the host of INGEST_API_URL', (address) =>
    expect(allow.allowsHost(host(address))).toBe(true),
  );

  test.each([
    'https://example.com',
    'https://evil.api.example.com',
    'http://10.0.0.1',
    'http://169.254.169.254/latest',
    'http://0.0.0.0',
    'http://[::]',
    'http://localhost.example.com',
  ])('%s may not', (address) => expect(allow.allowsHost(host(address))).toBe(false));
});

describe('with a list of its own', () => {
  const allow = new AllowList(['*.example.com', '10.1.0.0/16', 'fd00:1::/32', '192.0.2.7', '[2001:db8::1]']);

  test.each([
    'https://a.example.com',
    'https://a.b.example.com',
    'http://10.1.2.3',
    'http://167838211',
    'http://0xa.1.2.3',
    'http://[::ffff:10.1.2.3]',
    'http://[fd00:1::5]',
    'http://192.0.2.7',
    'http://[2001:db8::1]',
  ])('%s may be reached', (address) => expect(allow.allowsHost(host(address))).toBe(true));

  test.each([
    'https://example.com',
    'https://notexample.com',
    'http://10.2.0.1',
    'http://192.0.2.8',
    'http://localhost',
    'http://127.0.0.1',
    'http://2130706433',
    'http://0177.0.0.1',
    'http://[::1]',
    'http://[::ffff:127.0.0.1]',
  ])('%s may not: loopback only when it is listed', (address) => expect(allow.allowsHost(host(address))).toBe(false));

  test.each(['93.184.216.34', '10.9.9.9', '192.168.1.1', 'fd12::1', '2606:2800:220:1::1', '10.1.0.1', '::ffff:93.184.216.34'])(
    'a listed name may lead to %s',
    (address) => {
      expect(allow.allowsAddress(address)).toBe(true);
    },
  );

  test.each([
    ['127.0.0.1', 'loopback'],
    ['::1', 'loopback'],
    ['::ffff:127.0.0.1', 'loopback in IPv6 clothes'],
    ['::ffff:7f00:1', 'the same'],
    ['169.254.169.254', 'metadata'],
    ['fe80::1', 'link-local'],
    ['fd00:ec2::254', 'metadata over IPv6'],
    ['100.100.100.200', 'metadata'],
    ['0.0.0.0', 'this host'],
    ['::', 'this host'],
    ['64:ff9b::7f00:1', 'loopback through NAT64'],
    ['2002:7f00:1::', 'loopback through 6to4'],
    ['224.0.0.1', 'multicast'],
    ['255.255.255.255', 'broadcast'],
  ])('no name may lead to %s: %s', (address) => {
    expect(allow.allowsAddress(address)).toBe(false);
  });

  test('what is listed as an address may be led to, whatever it is', () => {
    expect(new AllowList(['*', '169.254.169.254']).allowsAddress('169.254.169.254')).toBe(true);
    expect(new AllowList(['*', 'localhost']).allowsAddress('::1')).toBe(true);
    expect(new AllowList(['*']).allowsAddress('127.0.0.1')).toBe(false);
  });

  test('what is no pattern is told, not passed over', () => {
    expect(new AllowList(['http://a', 'a:80', '10.0.0.0/99', 'a..b', '*a', 'fine']).wrong).toEqual([
      'http://a',
      'a:80',
      '10.0.0.0/99',
      'a..b',
      '*a',
    ]);
  });
});
