/** Which addresses of targets are addresses at all. */

/** What is wrong with the text as a target's address, as a sentence that goes on from its place; null: nothing. */
export function urlProblem(text: string): string | null {
  if (!URL.canParse(text)) return 'must be an address such as https://example.com/ingest';
  const { protocol, username, password, hash } = new URL(text);
  if (protocol !== 'http:' && protocol !== 'https:') return `must begin with http:// or https://, got ${protocol}`;
  if (username !== '' || password !== '') return 'must not hold a user or a password: set HTTP_TOKEN or HTTP_HEADERS where the worker runs';
  if (hash !== '') return 'must not hold a fragment (#…): it would not be sent';
  return null;
}

/** For people: without the query, which may hold a key. */
export const shown = ({ origin, pathname }: URL): string => `${origin}${pathname}`;
