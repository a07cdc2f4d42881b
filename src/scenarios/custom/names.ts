/** The fields that one field can see: those before it in its record and in the records around it. */
import type { Made } from './kind';

/** All shaped ranges of a declaration together: a table of this size takes some 10 ms to make, ten shapes in a mixture ten times that. */
const MOST_TABULATED = 200_000;

export class Names {
  private readonly own = new Map<string, Made | null>();

  private constructor(
    private readonly outer: Names | undefined,
    private readonly tables: { values: number },
  ) {}

  /** For the events of a stream. @param tables shared by all streams */
  static root(tables: { values: number }): Names {
    return new Names(undefined, tables);
  }

  /** For a record in this one. */
  inside(): Names {
    return new Names(this, this.tables);
  }

  /** @param made null: what was declared is not valid */
  add(name: string, made: Made | null): void {
    this.own.set(name, made);
  }

  /** null: it is there and not valid. */
  find(name: string): Made | null | undefined {
    return this.own.has(name) ? this.own.get(name) : this.outer?.find(name);
  }

  all(): string[] {
    return [...new Set([...this.own.keys(), ...(this.outer?.all() ?? [])])];
  }

  tabulate(values: number): boolean {
    this.tables.values += values;
    return this.tables.values <= MOST_TABULATED;
  }
}
