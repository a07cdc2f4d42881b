/** On what the figures were measured: without it they say nothing. The load is that of the last minute, before anything was measured. */
import { execFileSync } from 'node:child_process';
import { cpus, loadavg, platform, release, totalmem } from 'node:os';

export function describeMachine(folder: string): string {
  const all = cpus();
  const model = all[0]?.model.trim() ?? '';
  const memory = `${String(Math.round(totalmem() / 2 ** 30))} GiB`;
  const cores = `${String(all.length)} cores${model === '' || model === 'unknown' ? '' : ` (${model})`}`;
  return `${cores}, ${memory}, ${platform()} ${release()}, Node ${process.versions.node}, data on ${fileSystem(folder)}, load ${(loadavg()[0] ?? 0).toFixed(1)}`;
}

/** Type of the file system below a folder, as `df` says it. */
function fileSystem(folder: string): string {
  try {
    const lines = execFileSync('df', ['-T', folder], { encoding: 'utf8' }).trim().split('\n');
    return lines.at(-1)?.split(/\s+/)[1] ?? 'unknown';
  } catch {
    return 'an unknown file system';
  }
}
