/** The token that the facade asks for. It is kept for this tab alone, and gone with it: never in an address, never on disk. */
const KEY = 'evergen-token';

let wanted = false;
const listeners = new Set<() => void>();

export const token = (): string | null => sessionStorage.getItem(KEY);

/** Whether the facade has refused a call for want of a token, or for a wrong one. */
export const tokenWanted = (): boolean => wanted;

export function tokenRefused(): void {
  if (wanted) return;
  wanted = true;
  for (const tell of listeners) tell();
}

export function giveToken(given: string): void {
  sessionStorage.setItem(KEY, given);
  wanted = false;
  for (const tell of listeners) tell();
}

/** @param tell is called when a token is wanted, and when one is given. Answers how to stop that. */
export function onToken(tell: () => void): () => void {
  listeners.add(tell);
  return () => listeners.delete(tell);
}
