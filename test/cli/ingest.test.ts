/** `evergen ingest` as a command: what it refuses, what it says, how it ends. */
import { writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Command } from 'commander';
import { endOf } from '../../src/cli/exit';
import { ingest } from '../../src/cli/ingest';
import { until } from '../support/until';
import { tempFolder } from '../sinks/temp-folder';

/** Runs it in this process; `interrupt` is Ctrl-C. */
function run(folder: string, ...words: string[]) {
  const [out, said]: [string[], string[]] = [[], []];
  let interrupt = (): void => undefined;
  const program = new Command('evergen').exitOverride().configureOutput({ writeErr: (text) => said.push(text) });
  ingest(program, {
    variables: {},
    folder,
    environment: () => {
      throw new Error('a receiver needs no environment');
    },
    out: (line) => out.push(line),
    say: (line) => said.push(line),
    isTerminal: false,
    onInterrupt: (handler) => (interrupt = () => handler('SIGINT')),
  });
  program.commands[0]?.exitOverride().configureOutput({ writeErr: (text) => said.push(text) });
  const ended = program.parseAsync(['ingest', ...words], { from: 'user' }).then(() => ({ exitCode: 0, text: '' }), endOf);
  return { out, said, ended, interrupt: () => interrupt() };
}

test('says where it listens, on loopback, and at the end what it has taken', async () => {
  const folder = await tempFolder();
  const { out, said, ended, interrupt } = run(folder, '--port', '0', '--out', 'received.jsonl', '--fail', '503=0');
  await until(() => Promise.resolve(out.length > 0));
  const url = /http:\S+:\d+/.exec(out[0] ?? '')?.[0] ?? '';

  await fetch(url, { method: 'POST', body: '{}' });
  interrupt();

  expect(url).toContain('http://127.0.0.1:');
  expect(await ended).toEqual({ exitCode: 130, text: '' });
  expect(said.join('\n')).toContain('1 event taken; 1 request, 0 duplicates');
});

test('a port that is taken, a folder that is not there, and a file of somebody else are input to mend', async () => {
  const folder = await tempFolder();
  await writeFile(join(folder, 'mine.jsonl'), '{"a":1}\n{"b":2}\n');
  const other = createServer().listen(0, '127.0.0.1');
  await new Promise((listening) => other.once('listening', listening));
  const port = String((other.address() as AddressInfo).port);

  expect(await run(folder, '--port', port).ended).toEqual({
    exitCode: 2,
    text: expect.stringContaining(`port ${port} is taken`) as string,
  });
  expect(await run(folder, '--port', '0', '--out', 'no/where.jsonl').ended).toEqual({
    exitCode: 2,
    text: expect.stringContaining('there is no folder') as string,
  });
  expect(await run(folder, '--port', '0', '--out', 'mine.jsonl').ended).toEqual({
    exitCode: 2,
    text: expect.stringContaining('not of a receiver') as string,
  });
  other.close();
});

test.each([
  [['--port', '70000'], ['--port must be a whole number from 0 to 65535, got "70000"']],
  [['--port', '0', '--fail', '500=0.6', '--fail', '429=0.6'], ['--fail must be shares of at most 1 in all, got 1.2']],
  [
    ['--fail', '42=0.1', '--fail', '429=2', '--fail', 'foo=0.1', '--fail', '500', '--slow-by', 'x', '--retry-after=-1', '--seed', 'q'],
    [
      '--port is missing',
      '--slow-by must be a duration up to PT10M',
      ...['42=0.1', '429=2', 'foo=0.1', '500'].map((text) => `got ${JSON.stringify(text)}`),
      '--retry-after must be a whole number from 0 to 86400, got "-1"',
      '--seed must be a whole number',
    ],
  ],
])('%j is refused in words, every problem in one go', async (words, said) => {
  const { exitCode, text } = await run(await tempFolder(), ...words).ended;

  expect(exitCode).toBe(2);
  expect(text.split('\n')).toEqual(said.map((line) => expect.stringContaining(line) as string));
});
