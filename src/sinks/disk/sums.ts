/** Checksums of complete data files, begun as soon as a file is complete: when the manifest wants them, only the last file is left to be read. */
import { LostProgress } from '../sink';
import { codeOf, type Files, type Sum } from './files';

export class Sums {
  private readonly begun = new Map<string, Promise<Sum>>();

  constructor(private readonly files: Files) {}

  /** Of a file that is complete: no record will ever name an earlier one. Never throws; a failure shows when the sum is asked for. */
  begin(path: string): void {
    const sum = this.files.sha256(path, null);
    sum.catch(() => this.begun.delete(path));
    this.begun.set(path, sum);
  }

  /**
   * @param length of the file in hand, its committed bytes; null: a complete file
   * @throws LostProgress when the file is gone or shorter
   */
  async of(path: string, length: number | null): Promise<Sum> {
    const begun = length === null ? this.begun.get(path) : undefined;
    this.begun.delete(path);
    try {
      const sum = await (begun ?? this.files.sha256(path, length));
      if (length !== null && sum.bytes < length) throw new LostProgress(`${path} ends at ${sum.bytes}, but ${length} bytes were committed`);
      return sum;
    } catch (error) {
      if (codeOf(error) === 'ENOENT') throw new LostProgress(`${path} is gone`, { cause: error });
      throw error;
    }
  }
}
