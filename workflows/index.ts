export { clean } from './clean';
export { generate } from './generate';
