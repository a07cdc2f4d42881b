/** The vocabulary, one field a file. `fake` is left out: faker's word lists are loaded only by scenarios that import it from its own file. */
export { each } from './each';
export type { Field } from './field';
export { exponential, logNormal, mixture, normal, uniform } from './density';
export { given } from './given';
export { int } from './int';
export { record } from './record';
export { time } from './time';
export { uuid } from './uuid';
export { chance, oneOf, weighted } from './weighted';
