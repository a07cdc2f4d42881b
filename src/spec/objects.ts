/** Whether a value is a map of keys: lists and null, which JavaScript also calls objects, are none. */
export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
