/** Lints texts as if they were files of this package, in a process of its own: ESLint's configuration is an ES module, which Jest cannot load. */
import { execFileSync } from 'node:child_process';
import { root } from './sources';

const PROGRAM = `
  import { ESLint } from 'eslint';
  import { text } from 'node:stream/consumers';
  const eslint = new ESLint();
  const found = [];
  for (const { path, code } of JSON.parse(await text(process.stdin))) {
    const [result] = await eslint.lintText(code, { filePath: path });
    found.push((result?.messages ?? []).map(({ ruleId }) => ruleId));
  }
  console.log(JSON.stringify(found));
`;

/** The names of the rules that each text breaks. */
export function lint(files: readonly { path: string; code: string }[]): string[][] {
  const answer = execFileSync(process.execPath, ['--input-type=module', '-e', PROGRAM], {
    cwd: root,
    input: JSON.stringify(files),
    encoding: 'utf8',
  });
  return JSON.parse(answer) as string[][];
}
