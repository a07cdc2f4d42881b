/** The vocabulary, one field a file. */
export { derived } from './derived';
export { each } from './each';
export { fake } from './fake';
export type { Field } from './field';
export { exponential, logNormal, mixture, normal, uniform } from './density';
export { float } from './float';
export { given } from './given';
export { int } from './int';
export { list } from './list';
export { optional } from './optional';
export { record } from './record';
export { ref } from './ref';
export { text } from './text';
export { time } from './time';
export { uuid } from './uuid';
export { chance, oneOf, weighted } from './weighted';
