/** Variables that look like ours but are not: a misspelt setting must not be ignored in silence. */
import { editDistance } from '../edit-distance';
import type { Problem } from '../spec/failures';
import { otherNames, variableNames } from './variables';

/** Names under this prefix belong to evergen alone. */
const OWN = /^EVERGEN_/;

/**
 * Refused: another program's name for a variable of ours, a name one or two letters beside ours, and any unknown EVERGEN_….
 * Where the right variable is set too, the other one is somebody else's and left alone.
 */
export function nearMisses(set: Readonly<Record<string, string>>): Problem[] {
  const known = new Set<string>(variableNames);
  return Object.keys(set).flatMap((name) => {
    if (known.has(name)) return [];
    const meant = otherNames[name] ?? variableNames.find((ours) => similar(name, ours));
    if (meant !== undefined && set[meant] === undefined) return [{ path: name, message: `is not read; did you mean ${meant}?` }];
    if (meant === undefined && OWN.test(name)) return [{ path: name, message: `is not read; variables of that kind: ${ofKind(name)}` }];
    return [];
  });
}

const ofKind = (name: string): string => {
  const prefix = name.slice(0, name.indexOf('_') + 1);
  return variableNames.filter((ours) => ours.startsWith(prefix)).join(', ');
};

/** At most two edits, and only one in names shorter than eight letters; a name of ours is never one edit from another of ours. */
function similar(name: string, ours: string): boolean {
  const allowed = ours.length < 8 ? 1 : 2;
  return Math.abs(name.length - ours.length) <= allowed && editDistance(name.toUpperCase(), ours) <= allowed;
}
