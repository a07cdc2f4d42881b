/** Plain addresses where none may be: in any file of a folder — data, manifests, logs, Temporal's database —, as text or in base64. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

export const needlesOf = (addresses: readonly string[]): string[] =>
  addresses.flatMap((address) => [address, ...[0, 1, 2].map((offset) => base64Of(address, offset))]);

/** @param addresses all of them at a domain whose name begins with `example` */
export async function plainIn(folder: string, addresses: readonly string[]): Promise<string[]> {
  const needles = needlesOf(addresses);
  const files = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
  const found: string[] = [];
  for (const { parentPath, name } of files) {
    const bytes = await readFile(join(parentPath, name), 'latin1');
    // Every address has an @, and every one of them this word.
    if (!/example|ZXhhbXBsZ|V4YW1wbG|leGFtcGxl/.test(bytes)) continue;
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
