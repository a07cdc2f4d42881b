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
  const [first, second] = path.replace(/\.tsx?$/, '').split('/');
  if (first === 'src') return second;
  return first === 'workflows' || first === 'activities' || first === 'bench' || first === 'test' ? first : undefined;
}

/** What the code uses, without what its comments and strings say: `process.env` (also for `process['env']`), `server.listen(1 argument)`, `new Date(0 arguments)`. */
export function usesOf(text: string): string[] {
  const uses: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isPropertyAccessExpression(node)) uses.push(`${nameOf(node.expression)}.${node.name.text}`);
    if (ts.isElementAccessExpression(node) && ts.isStringLiteral(node.argumentExpression)) {
      uses.push(`${nameOf(node.expression)}.${node.argumentExpression.text}`);
    }
    if (ts.isCallExpression(node)) uses.push(`${nameOf(node.expression)}(${String(node.arguments.length)} arguments)`);
    if (ts.isNewExpression(node)) uses.push(`new ${nameOf(node.expression)}(${String(node.arguments?.length ?? 0)} arguments)`);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile('source.ts', text, ts.ScriptTarget.ES2023, true));
  return uses;
}

const nameOf = (node: ts.Expression): string => node.getText().replaceAll(/\s/g, '');
