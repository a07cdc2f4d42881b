/** The table of promises: a command that is not there, or measures something else by now, would prove nothing. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { scripts } from '../../package.json';

const root = join(__dirname, '..', '..');
const page = (name: string): string => readFileSync(join(root, 'bench', name), 'utf8');
const promises = page('PROMISES.md');
const benches = readFileSync(join(root, 'bench/main.ts'), 'utf8');
const tests = readdirSync(join(root, 'test'), { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.test.ts'));

/** Rows of all tables: promise, seen, command. */
const rows = promises
  .split('\n')
  .filter((line) => /^\| (?!promise)/.test(line))
  .map((line) => line.split('|').slice(1, -1));
const commands = [...new Set(rows.flatMap((row) => [...(row[2] ?? '').matchAll(/`([^`]+)`/g)].map(([, command = '']) => command)))];

test('each of the seven promises has its figures', () => {
  expect([...promises.matchAll(/^## (\d)\./gm)].map(([, number]) => Number(number))).toEqual([1, 2, 3, 4, 5, 6, 7]);
  expect(rows.filter((row) => row.length !== 3)).toEqual([]);
});

test.each(commands)('%s is a command that is there', (command) => {
  expect(missingOf(command)).toBeNull();
});

test('a command that is not there is noticed', () => {
  for (const command of [
    'npm run bench -- nonsense',
    'npm run bench -- many --nonsense 3',
    'npm run nonsense',
    'npm test -- nonsense',
    './evergen nonsense',
  ])
    expect(missingOf(command)).not.toBeNull();
});

test.each(['README.md', 'RESULTS.md', 'PROMISES.md', 'capacity.md'])('what bench/%s links to is there', (name) => {
  const links = [...page(name).matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, link = '']) => link);

  expect(links.filter((link) => !existsSync(join(root, 'bench', link)))).toEqual([]);
});

/** What of a command is not there; null: nothing. */
function missingOf(command: string): string | null {
  const [program = '', ...words] = command.replace(/^(\w+=\S+ )+/, '').split(' ');
  if (program === './evergen') return existsSync(join(root, 'src/cli', `${words[0] ?? ''}.ts`)) ? null : command;
  if (words[0] === 'test') return tests.some((name) => name.includes(words[2] ?? '')) ? null : command;
  if (!Object.keys(scripts).includes(words[1] ?? '')) return command;
  return words[1] === 'bench' ? missingBench(words.slice(3)) : null;
}

function missingBench(words: readonly string[]): string | null {
  const [name = 'throughput'] = words.filter((word) => /^[a-z]/.test(word));
  const options = words.filter((word) => word.startsWith('--')).map((word) => word.slice(2));
  if (!new RegExp(`^ +'?${name}'?: (async )?\\(\\) =>`, 'm').test(benches)) return name;
  return options.find((option) => !new RegExp(`^ +${option}: \\{ type`, 'm').test(benches)) ?? null;
}
