/** Where an http sink sends, and with which credentials: the specification names, the worker's environment knows. */
import type { SinkProblem } from '../sink';
import { allowListOf, type AllowList } from './allow';
import type { HttpOptions } from './options';
import { shown, urlProblem } from './url';

type Env = Readonly<Record<string, string | undefined>>;

export interface Target {
  readonly url: URL;
  /** Credentials among them: never shown. Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly allow: AllowList;
}

/** Set by evergen for every request, or by HTTP itself. */
const TAKEN = ['idempotency-key', 'content-length', 'content-type', 'transfer-encoding', 'connection', 'host'];
const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/** The target, or everything that is wrong with it, each under the specification's key. */
export function targetOf(options: Pick<HttpOptions, 'url' | 'target'>, env: Env): Target | readonly SinkProblem[] {
  const prefix = options.target === undefined ? 'HTTP_' : `HTTP_${options.target.toUpperCase().replaceAll('-', '_')}_`;
  const [own, token, listed] = [env[`${prefix}URL`], env[`${prefix}TOKEN`], env[`${prefix}HEADERS`]];
  const problems: SinkProblem[] = [];
  const say = (key: string, message: string) => void problems.push({ path: [key], message });

  const ownProblem = own === undefined ? null : urlProblem(own);
  if (ownProblem !== null) say('target', `${prefix}URL ${ownProblem}`);
  const text = options.url ?? own;
  if (text === undefined) say('url', `is missing: an address, or ${prefix}URL in the worker's environment`);
  const url = text === undefined || urlProblem(text) !== null ? null : new URL(text);
  const credentials = headersOf(prefix, token, listed, say);
  const allow = allowListOf(env);
  for (const wrong of allow.wrong)
    say('url', `cannot be judged: ${JSON.stringify(wrong)} in EVERGEN_HTTP_ALLOW is neither a host nor an address`);
  if (url !== null && !allow.allowsHost(url.hostname))
    say('url', `${shown(url)} must not be reached: ${url.hostname} is not in EVERGEN_HTTP_ALLOW of this evergen`);

  // A credential goes to its own address's origin only, whatever a specification says.
  const isOwn = own !== undefined && ownProblem === null && url !== null && new URL(own).origin === url.origin;
  if (options.target !== undefined && options.url !== undefined && url !== null && ownProblem === null && !isOwn)
    say(
      'url',
      `is not at the origin of ${prefix}URL, so that the credentials of target ${options.target} cannot go there; leave out one of the two`,
    );
  if (url === null || problems.length > 0) return problems;
  return { url, headers: isOwn ? credentials : {}, allow };
}

export const isTarget = (target: Target | readonly SinkProblem[]): target is Target => 'url' in target;

/** @param listed a JSON object of names and values, or one `Name: value` a line */
function headersOf(
  prefix: string,
  token: string | undefined,
  listed: string | undefined,
  say: (key: string, message: string) => void,
): Record<string, string> {
  const headers: Record<string, string> = {};
  const given = [
    ...(token === undefined ? [] : [['authorization', `Bearer ${token}`] as const]),
    ...(listed === undefined ? [] : pairs(listed)),
  ];
  for (const [name, value] of given) {
    const key = name.toLowerCase();
    if (!HEADER_NAME.test(name) || !HEADER_VALUE.test(value))
      say('target', `${prefix}HEADERS or ${prefix}TOKEN holds what no header can hold`);
    else if (TAKEN.includes(key)) say('target', `${prefix}HEADERS must not set ${name}: evergen does`);
    else headers[key] = value;
  }
  return headers;
}

function pairs(text: string): (readonly [string, string])[] {
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed === 'object' && parsed !== null) return Object.entries(parsed).map(([name, value]) => [name, String(value)] as const);
  } catch {
    // Then it is lines.
  }
  return text
    .split(/\r?\n|\\n/)
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const at = line.indexOf(':');
      return at < 0 ? (['', line] as const) : ([line.slice(0, at).trim(), line.slice(at + 1).trim()] as const);
    });
}
