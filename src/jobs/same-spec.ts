/** Whether two plans are of the same specification. */
import { isDeepStrictEqual } from 'node:util';
import type { Plan } from '../../workflows/messages';

/** The id is no part of what is made. */
export const sameSpec = (a: Plan, b: Plan): boolean => isDeepStrictEqual(withoutId(a.spec), withoutId(b.spec));

/** By way of JSON, as the running one has come: a key that is undefined is no key. */
const withoutId = (spec: unknown): unknown => ({ ...(JSON.parse(JSON.stringify(spec)) as object), id: null });
