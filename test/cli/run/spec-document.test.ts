import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { specDocument } from '../../../src/cli/run/spec-document';
import { tempFolder } from '../../sinks/temp-folder';

test('problems of a file stand one a line, each with the place at which an editor opens it', async () => {
  const file = join(await tempFolder(), 'wrong.yaml');
  await writeFile(file, 'scenario: crisis\nload:\n  pace:\n    rate: fast\n  for: never\nsink: disk\n');

  const said = await specDocument(file, () => Promise.resolve('')).catch((failure: Error) => failure.message.split('\n'));

  expect(said).toEqual([
    `${file} is not valid:`,
    expect.stringMatching(/wrong\.yaml:4:11 \/load\/pace\/rate must be a number/),
    expect.stringMatching(/wrong\.yaml:5:8 \/load\/for must be a duration/),
  ]);
});

test('text that is no YAML at all is told with its place too', async () => {
  await expect(specDocument('-', () => Promise.resolve('a: [1\nb: 2'))).rejects.toThrow(
    /^standard input is not valid:\nstandard input:\d+:\d+ /,
  );
});
