/** Text in columns. */

/** Rows under a heading, two spaces between the columns; numbers stand right. */
export function table(heading: readonly string[], rows: readonly (readonly (string | number)[])[]): string[] {
  const all = [heading, ...rows.map((row) => row.map(String))];
  const widths = heading.map((_, column) => Math.max(...all.map((row) => (row[column] ?? '').length)));
  const right = heading.map((_, column) => rows.length > 0 && rows.every((row) => typeof row[column] === 'number'));
  return all.map((row) =>
    row
      .map((cell, column) => (right[column] === true ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
}

/** `name   value`, one a line, the names in a column; rows without a value are left out. */
export function facts(rows: readonly (readonly [name: string, value: string | null])[], indent = ''): string[] {
  const shown = rows.filter((row): row is readonly [string, string] => row[1] !== null);
  const width = Math.max(0, ...shown.map(([name]) => name.length));
  return shown.map(([name, value]) => `${indent}${name.padEnd(width)}   ${value}`);
}
