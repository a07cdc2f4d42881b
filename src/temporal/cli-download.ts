/** The official release of the Temporal CLI. Where it cannot be reached, that shows within seconds. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { cliVersion } from './cli-version';

const PLATFORMS: Readonly<Record<string, string>> = { linux: 'linux', darwin: 'darwin' };
const MACHINES: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64' };
/** Longest silence: until the answer begins, and between two pieces of it. */
const SILENCE_MS = 5_000;

/**
 * @param target the file to make; it appears whole or not at all
 * @returns null, or one sentence that says why there is none
 */
export async function downloadCli(target: string, version: string, say: (line: string) => void): Promise<string | null> {
  const [platform, machine] = [PLATFORMS[process.platform], MACHINES[process.arch]];
  if (platform === undefined || machine === undefined) return `no Temporal CLI is published for ${process.platform} ${process.arch}`;
  const url = `https://temporal.download/cli/archive/v${version}?platform=${platform}&arch=${machine}`;
  say(`downloading the Temporal dev server ${version} (about 40 MB, once) from ${new URL(url).host}`);
  const folder = mkdtempSync(join(dirname(target), 'download-'));
  try {
    const archive = await get(url, say);
    const wrong = await mismatch(archive, version, `temporal_cli_${version}_${platform}_${machine}.tar.gz`, say);
    if (wrong !== null) return wrong;
    writeFileSync(join(folder, 'cli.tar.gz'), archive);
    await promisify(execFile)('tar', ['-xzf', join(folder, 'cli.tar.gz'), '-C', folder, 'temporal']);
    const file = join(folder, 'temporal');
    chmodSync(file, 0o755);
    if ((await cliVersion(file)) === null) return 'the downloaded Temporal CLI does not run on this machine';
    renameSync(file, target);
    return null;
  } catch (error) {
    return `the download of the Temporal CLI failed (${reason(error)})`;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function get(url: string, say: (line: string) => void): Promise<Buffer> {
  const silence = new AbortController();
  let timer = setTimeout(() => silence.abort(), SILENCE_MS);
  const heard = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => silence.abort(), SILENCE_MS);
  };
  try {
    const answer = await fetch(url, { signal: silence.signal });
    if (!answer.ok || answer.body === null) throw new Error(`${answer.status} ${answer.statusText}`);
    const pieces: Uint8Array[] = [];
    let [bytes, told] = [0, 0];
    for await (const piece of answer.body) {
      heard();
      pieces.push(piece);
      bytes += piece.length;
      if (bytes - told < 10_000_000) continue;
      told = bytes;
      say(`… ${Math.floor(bytes / 1e6)} MB`);
    }
    return Buffer.concat(pieces);
  } finally {
    clearTimeout(timer);
  }
}

/** Compares with the release's list of checksums. Where that list cannot be had, HTTPS alone vouches for the file, and that is said. */
async function mismatch(archive: Buffer, version: string, name: string, say: (line: string) => void): Promise<string | null> {
  let list: string;
  try {
    list = (await get(`https://github.com/temporalio/cli/releases/download/v${version}/checksums.txt`, () => undefined)).toString('utf8');
  } catch (error) {
    say(`the list of checksums could not be had (${reason(error)}): the file is not compared with it`);
    return null;
  }
  const wanted = list
    .split('\n')
    .find((line) => line.trimEnd().endsWith(name))
    ?.split(/\s+/)[0];
  const got = createHash('sha256').update(archive).digest('hex');
  return wanted === undefined || wanted === got ? null : `the download of the Temporal CLI was damaged: sha256 ${got}, published ${wanted}`;
}

/** fetch hides the cause one level down: `getaddrinfo ENOTFOUND temporal.download`. */
function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'AbortError') return `no answer for ${SILENCE_MS / 1000} s`;
  return error.cause instanceof Error ? error.cause.message : error.message;
}
