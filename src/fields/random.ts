/** Random numbers by address: written by the fields work. */
export interface Random {
  /** Uniform integer, 0 … 2^32-1. */
  next(): number;
}
