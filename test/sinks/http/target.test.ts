import { sinks } from '../../../src/sinks';
import { isTarget, targetOf } from '../../../src/sinks/http/target';
import { admit } from '../../../src/spec/surroundings';

const found = (options: { url?: string; target?: string }, env: Record<string, string>) => targetOf(options, env);
const problems = (options: { url?: string; target?: string }, env: Record<string, string> = {}) => {
  const target = found(options, env);
  return isTarget(target) ? [] : target.map(({ path, message }) => `${path.join('/')} ${message}`);
};
const headers = (options: { url?: string; target?: string }, env: Record<string, string>) => {
  const target = found(options, env);
  return isTarget(target) ? target.headers : problems(options, env);
};

describe('where to', () => {
  test('a specification names it, else the environment does, by target or without', () => {
    const env = { HTTP_URL: 'http://localhost:1/a', HTTP_STAGING_2_URL: 'http://localhost:2/b' };

    expect(found({}, env)).toMatchObject({ url: new URL('http://localhost:1/a') });
    expect(found({ target: 'staging-2' }, env)).toMatchObject({ url: new URL('http://localhost:2/b') });
    expect(found({ url: 'http://localhost:3/c' }, env)).toMatchObject({ url: new URL('http://localhost:3/c') });
    expect(problems({})).toEqual(["url is missing: an address, or HTTP_URL in the worker's environment"]);
    expect(problems({ target: 'qa' }, env)).toEqual(["url is missing: an address, or HTTP_QA_URL in the worker's environment"]);
  });

  test.each([
    ['ftp://localhost/', 'must begin with http:// or https://'],
    ['file:///etc/passwd', 'must begin with http:// or https://'],
    ['http://ann:secret@localhost/', 'must not hold a user or a password'],
    ['http://localhost/#part', 'fragment'],
    ['localhost:9000', 'must begin with http'],
    ['somewhere', 'must be an address'],
  ])('%s is refused by the specification itself', (url, said) => {
    const { issues = [] } = sinks.get('http').options.safeParse({ url }).error ?? {};

    expect(issues.map(({ message }) => message).join()).toContain(said);
    expect(JSON.stringify(issues)).not.toContain('secret');
  });

  test('a host that is not allowed is refused before a job starts, at its place in the specification', () => {
    const spec = { scenario: 'crisis', load: { pace: { rate: 1 } }, sink: { name: 'http', url: 'http://169.254.169.254/latest' } };

    expect(() => admit(spec, {})).toThrow('169.254.169.254 is not in EVERGEN_HTTP_ALLOW');
    expect(() => admit(spec, {})).toThrow(
      expect.objectContaining({ code: 'USER', problems: [expect.objectContaining({ path: '/sink/url' })] }),
    );
    expect(() => admit(spec, { EVERGEN_HTTP_ALLOW: '169.254.169.254' })).not.toThrow();
    expect(() => admit({ ...spec, sink: 'disk' }, {})).not.toThrow();
  });

  test('a list that cannot be read allows nothing in its place, and says what is wrong with it', () => {
    expect(problems({ url: 'http://localhost' }, { EVERGEN_HTTP_ALLOW: 'localhost, http://x' })).toEqual([
      'url cannot be judged: "http://x" in EVERGEN_HTTP_ALLOW is neither a host nor an address',
    ]);
  });
});

describe('credentials', () => {
  const env = { HTTP_URL: 'http://localhost:1/a', HTTP_TOKEN: 'secret', HTTP_HEADERS: '{"X-Team":"blue"}' };

  test('go to the origin of their own address, on whatever path', () => {
    const all = { authorization: 'Bearer secret', 'x-team': 'blue' };
    expect(headers({}, env)).toEqual(all);
    expect(headers({ url: 'http://localhost:1/other' }, env)).toEqual(all);
  });

  test.each(['http://localhost:2/a', 'https://localhost:1/a', 'http://127.0.0.1:1/a'])(
    'do not go to %s, which is another origin',
    (url) => {
      expect(headers({ url }, env)).toEqual({});
    },
  );

  test('go nowhere without an address of their own', () => {
    expect(headers({ url: 'http://localhost:1/a' }, { HTTP_TOKEN: 'secret' })).toEqual({});
  });

  test('of a target that is named beside an address elsewhere are a contradiction, not a silent omission', () => {
    const staged = { HTTP_QA_URL: 'http://localhost:1', HTTP_QA_TOKEN: 'secret' };
    expect(problems({ target: 'qa', url: 'http://localhost:2' }, staged).join()).toContain('is not at the origin of HTTP_QA_URL');
    expect(headers({ target: 'qa', url: 'http://localhost:1/x' }, staged)).toEqual({ authorization: 'Bearer secret' });
  });

  test('may be lines as well as JSON; what evergen sets itself, and what no header can hold, is refused without being shown', () => {
    expect(headers({}, { HTTP_URL: 'http://localhost', HTTP_HEADERS: 'A: 1\nB: two: three' })).toEqual({ a: '1', b: 'two: three' });
    const said = problems({}, { HTTP_URL: 'http://localhost', HTTP_HEADERS: '{"Idempotency-Key":"x","good":"secret\\r\\nInjected: 1"}' });
    expect(said).toHaveLength(2);
    expect(said.join()).not.toContain('secret');
  });
});
