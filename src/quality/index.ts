/** Corrupted events, on purpose and on record. How it works: `README.md`. */
export { corruptionOf, faultsFor, type CorruptBatch } from './corruption';
export { faults } from './faults';
export { quality, wireQuality, type Quality } from './quality';
