/** What a test file has to clean up when it ends: last registered, first done. Import it first in a file that has an `afterAll` of its own. */
const open: (() => Promise<unknown>)[] = [];

export function atEnd(clean: () => Promise<unknown>): void {
  open.push(clean);
}

afterAll(async () => {
  const failures: unknown[] = [];
  for (const clean of open.splice(0).reverse()) await clean().catch((error: unknown) => failures.push(error));
  if (failures.length > 0) throw failures[0];
}, 120_000);
