/** The first answer for ever; a failure is tried again at the next call. */
export function once<T>(act: () => Promise<T>): () => Promise<T> {
  let known: Promise<T> | undefined;
  return () => {
    known ??= act().catch((failure: unknown) => {
      known = undefined;
      throw failure;
    });
    return known;
  };
}
