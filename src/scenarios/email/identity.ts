/**
 * Who an address is, without saying the address: what the scenario publishes of its recipients, and the connector of those of its callers.
 * Both are the same on every machine and in every run, since nothing but the address goes in.
 */
import { createHash } from 'node:crypto';

export interface RecipientIdentity {
  /** `sf_` and 32 hexadecimal digits. */
  readonly universalId: string;
  /** SHA-256 of the normalised address: 64 hexadecimal digits. */
  readonly emailHash: string;
}

/** Trimmed, Unicode NFC, lower case: the form in which two spellings of one address are equal. */
export const normalise = (address: string): string => address.trim().normalize('NFC').toLowerCase();

export function identityOf(address: string): RecipientIdentity {
  const normalised = normalise(address);
  // A digest of its own, not the head of the hash: whoever drops the hash from a data set has not kept half of it in the id.
  return { universalId: `sf_${sha256(`universal_id:${normalised}`).slice(0, 32)}`, emailHash: sha256(normalised) };
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
