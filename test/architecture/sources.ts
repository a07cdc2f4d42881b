/** The sources as text, and who imports whom among them: real imports, `import type`, `export from`, `import()` and types alike. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import ts from 'typescript';

/** Text by path, relative to the package, with `/`. */
export type Sources = ReadonlyMap<string, string>;

export const root = join(__dirname, '..', '..');

/** All files of some folders whose names end in one of `endings`. */
export function sourcesOf(folders: readonly string[], endings = ['.ts']): Sources {
  const paths = folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .map((name) => posix.join(folder, name.replaceAll('\\', '/')))
      .filter((path) => endings.some((ending) => path.endsWith(ending))),
  );
  return new Map(paths.map((path) => [path, readFileSync(join(root, path), 'utf8')]));
}

/** What a file imports: paths of our own files, names of packages. */
export const importsOf = (path: string, text: string): string[] =>
  ts
    .preProcessFile(text, true, true)
    .importedFiles.map(({ fileName }) => (fileName.startsWith('.') ? posix.join(posix.dirname(path), fileName) : fileName));

/** The layer of a path: `src/fields/int.ts` → fields, `src/worker` → worker, `workflows/pace` → workflows; undefined for packages. */
export function layerOf(path: string): string | undefined {
  const [first, second] = path.replace(/\.ts$/, '').split('/');
  if (first === 'src') return second;
  return first === 'workflows' || first === 'activities' || first === 'bench' || first === 'test' ? first : undefined;
}

/** The code without its comments and without what its strings say. */
export function codeOf(text: string): string {
  const scanner = ts.createScanner(ts.ScriptTarget.ES2023, true, ts.LanguageVariant.Standard, text);
  const tokens: string[] = [];
  for (let token = scanner.scan(); token !== ts.SyntaxKind.EndOfFileToken; token = scanner.scan()) {
    tokens.push(token === ts.SyntaxKind.StringLiteral ? "''" : scanner.getTokenText());
  }
  return tokens.join(' ');
}
