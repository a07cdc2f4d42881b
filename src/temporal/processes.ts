/** Who a process is: an id alone is used again after a while, an id with the instant of its start is not. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Text that is one process for ever, `4711.8f3a21c0-1093482`: id, boot of the machine, start; usable in a file name. */
export type Identity = string;

/** @returns null when there is no such process, or only its remains */
export function identityOf(pid: number): Identity | null {
  if (!Number.isInteger(pid) || pid <= 0) return null;
  const started = process.platform === 'linux' ? startedOnLinux(pid) : startedElsewhere(pid);
  return started === null ? null : `${pid}.${started}`;
}

export const isAlive = (identity: Identity): boolean => identityOf(pidOf(identity)) === identity;

export const pidOf = (identity: Identity): number => Number(identity.slice(0, identity.indexOf('.')));

/** Sends the signal if that process is still the one meant. */
export function signal(identity: Identity, name: NodeJS.Signals): boolean {
  if (!isAlive(identity)) return false;
  try {
    return process.kill(pidOf(identity), name);
  } catch {
    return false;
  }
}

/** proc(5): field 3 is the state, field 22 the start in clock ticks since boot; the name before them may hold anything. */
function startedOnLinux(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [state, started] = [fields[0], fields[19]];
    if (state === 'Z' || state === 'X' || started === undefined) return null;
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').slice(0, 8)}-${started}`;
  } catch {
    return null;
  }
}

function startedElsewhere(pid: number): string | null {
  try {
    const line = execFileSync('env', ['LC_ALL=C', 'ps', '-o', 'stat=,lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim();
    const [, state = 'Z', started = ''] = /^(\S+)\s+(.*)$/.exec(line) ?? [];
    return state.startsWith('Z') || Number.isNaN(Date.parse(started)) ? null : String(Date.parse(started));
  } catch {
    return null;
  }
}
