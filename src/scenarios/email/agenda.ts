/** What is still to come in one life, earliest first; of the same instant, what was noted first. A handful of entries: a sorted list is enough. */
export interface Dated {
  readonly atMs: number;
}

export class Agenda<T extends Dated> {
  private readonly entries: T[] = [];

  add(entry: T): void {
    let place = this.entries.length;
    while (place > 0 && (this.entries[place - 1]?.atMs ?? 0) > entry.atMs) place--;
    this.entries.splice(place, 0, entry);
  }

  next(): T | undefined {
    return this.entries.shift();
  }
}
