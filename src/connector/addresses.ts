/**
 * Addresses that hide in what callers send besides the recipient's own: in values, inside longer texts, in keys. Each is replaced by its hash, the same
 * one that is published for a recipient, so that it can still be joined and no longer be read.
 */
import { createHash } from 'node:crypto';
import { normalise } from '../scenarios/email/identity';
import { pointer, type Problem } from '../spec/failures';

/** The sign between the two halves, also as addresses carry it in URLs, in JSON inside of texts, and in HTML. */
const AT = /@|[\uFF20\uFE6B]|%(?:25)*40|\\u0040|&#0*64;|&#x0*40;|&commat;/giu;
const PERCENT = '%';

/** What a local part begins with and goes on with. Signs that also separate (`=`, `&`, `/`, `?`) are left outside: an address in a URL ends there. */
const FIRST = /[\p{L}\p{N}_]/u;
const LOCAL = /[\p{L}\p{N}\p{M}._%+'-]/u;
const DOMAIN = /[\p{L}\p{N}\p{M}.-]/u;
/** Of an address in percent signs, what is left of it when these are decoded. */
const DECODED_LOCAL = /[\p{L}\p{N}_][\p{L}\p{N}\p{M}._+'-]*$/u;
/** Quoted local parts and address literals are no longer. */
const LONGEST_QUOTED = 66;

/** A text with every address in it replaced. Linear in its length, whatever it is. */
export function concealed(text: string): string {
  if (text.search(AT) < 0) return text;
  const whole = wholeAddress(text);
  if (whole !== null) return hashOf(whole);
  let out = '';
  let done = 0;
  for (const { 0: sign, index } of text.matchAll(AT)) {
    if (index < done) continue;
    const from = localFrom(text, done, index);
    const until = domainUntil(text, index + sign.length);
    if (from === index || until === index + sign.length) continue;
    const [local, domain] = [text.slice(from, index), text.slice(index + sign.length, until)];
    out += text.slice(done, from) + (sign.startsWith(PERCENT) ? decoded(local, domain) : hashOf(`${local}@${domain}`));
    done = until;
  }
  return out + text.slice(done);
}

/** In a text that is nothing but an address its local part may have rarer signs. */
const WHOLE = /^[\p{L}\p{N}_][^\s@"<>(),;:\\/?&=]*@[\p{L}\p{N}\p{M}.-]*[\p{L}\p{N}\p{M}]$/u;

const wholeAddress = (text: string): string | null => (WHOLE.test(text.trim()) ? text.trim() : null);

function localFrom(text: string, least: number, at: number): number {
  if (text[at - 1] === '"') {
    const opened = text.lastIndexOf('"', at - 2);
    return opened >= Math.max(least, at - LONGEST_QUOTED) && opened < at - 1 ? opened : at;
  }
  let from = at;
  while (from > least) {
    const before = isLow(text, from - 1) && from - 1 > least ? from - 2 : from - 1;
    if (!LOCAL.test(text.slice(before, from))) break;
    from = before;
  }
  while (from < at && !FIRST.test(charAt(text, from))) from += charAt(text, from).length;
  return from;
}

function domainUntil(text: string, begin: number): number {
  if (text[begin] === '[') {
    const closed = text.indexOf(']', begin);
    return closed < 0 || closed > begin + LONGEST_QUOTED ? begin : closed + 1;
  }
  let until = begin;
  while (until < text.length && DOMAIN.test(charAt(text, until))) until += charAt(text, until).length;
  while (until > begin && /[.-]/.test(text[until - 1] ?? '')) until--;
  return until;
}

const charAt = (text: string, at: number): string => String.fromCodePoint(text.codePointAt(at) ?? 0);
const isLow = (text: string, at: number): boolean => text.charCodeAt(at) >= 0xdc00 && text.charCodeAt(at) < 0xe000;

/** `email%3Danna%2Bnews` + `example.com`: the address is what stands last when it is decoded. */
function decoded(local: string, domain: string): string {
  const text = decodedPercent(local);
  const last = DECODED_LOCAL.exec(text.slice(-320))?.[0] ?? text;
  return encodeURIComponent(text.slice(0, text.length - last.length)) + hashOf(`${last}@${domain}`);
}

function decodedPercent(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

const hashOf = (address: string): string => createHash('sha256').update(normalise(address)).digest('hex');

/** A text with one known address in it replaced, however it is written, and then all others. */
export function concealedOf(address: string): (text: string) => string {
  const known = normalise(address);
  // Most addresses are found by their form; one with a blank or a bracket in it is not.
  if (known === '' || /^[\p{L}\p{N}_][\p{L}\p{N}._+-]*@[\p{L}\p{N}.-]+$/u.test(known)) return concealed;
  const pattern = new RegExp(known.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&'), 'giu');
  return (text) => concealed(text.normalize('NFC').replaceAll(pattern, hashOf(known)));
}

/** Deeper than this nothing is looked for, and nothing is taken. */
const MOST_LEVELS = 32;

/**
 * JSON with every text in it replaced, keys too: two keys that become one are told apart by a number.
 * @param problems is given what is nested too deeply, at its path within the value
 */
export function concealedJson(value: unknown, replace: (text: string) => string, at: readonly PropertyKey[], problems: Problem[]): unknown {
  if (typeof value === 'string') return replace(value);
  if (typeof value !== 'object' || value === null) return value;
  if (at.length > MOST_LEVELS) {
    // The path says where it begins to be too much; what its keys are may be long.
    problems.push({ path: pointer(at.slice(0, 3)), message: `must not be nested deeper than ${String(MOST_LEVELS)} levels` });
    return null;
  }
  if (Array.isArray(value)) return value.map((item: unknown, i) => concealedJson(item, replace, [...at, i], problems));
  const taken = new Set<string>();
  const entries = Object.entries(value).map(([key, item]) => {
    const name = unlike(taken, replace(key));
    taken.add(name);
    return [name, concealedJson(item, replace, [...at, name], problems)] as const;
  });
  return Object.fromEntries(entries);
}

function unlike(taken: ReadonlySet<string>, name: string): string {
  if (!taken.has(name)) return name;
  let number = 2;
  while (taken.has(`${name}#${String(number)}`)) number++;
  return `${name}#${String(number)}`;
}
