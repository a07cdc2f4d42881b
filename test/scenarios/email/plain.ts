/** Plain addresses where none may be: in any file of a folder — data, manifests, logs, Temporal's database —, as text or in base64. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

export const needlesOf = (addresses: readonly string[]): string[] =>
  addresses.flatMap((address) => [address, ...[0, 1, 2].map((offset) => base64Of(address, offset))]);

/**
 * @param addresses all of them at a domain whose name begins with `example`
 * @param ending of the files that are looked at; default: all
 */
export async function plainIn(folder: string, addresses: readonly string[], ending = ''): Promise<string[]> {
  return textsIn(folder, needlesOf(addresses), /example|ZXhhbXBsZ|V4YW1wbG|leGFtcGxl/, ending);
}

/** @param needles all of them in files that match `word` alone */
export async function textsIn(folder: string, needles: readonly string[], word: RegExp, ending = ''): Promise<string[]> {
  const files = (await readdir(folder, { recursive: true, withFileTypes: true })).filter(
    (entry) => entry.isFile() && entry.name.endsWith(ending),
  );
  const found: string[] = [];
  for (const { parentPath, name } of files) {
    const bytes = await readFile(join(parentPath, name), 'latin1');
    // Every address has an @, and every one of them this word.
    if (!word.test(bytes)) continue;
    found.push(...needles.filter((needle) => bytes.includes(needle)).map((needle) => `${needle} in ${join(parentPath, name)}`));
  }
  return found;
}

/** The part of the base64 text that does not depend on what stands `offset` bytes before the address, or after it. */
function base64Of(address: string, offset: number): string {
  const text = Buffer.from(`${' '.repeat(offset)}${address}`)
    .toString('base64')
    .replace(/=+$/, '');
  return text.slice(offset === 0 ? 0 : offset + 1, -1);
}
