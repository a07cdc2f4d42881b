import { paceAsked, type PaceOptions } from '../../src/cli/pace';
import { tempFolder } from '../sinks/temp-folder';
import { inProcess } from './in-process';

test.each([
  [{ rate: '20' }, { rate: 20 }],
  [
    { every: '10s', batchSize: '15' },
    { every: '10s', batch_size: 15 },
  ],
  [
    { every: 'PT10S', batchSize: '5-20' },
    { every: 'PT10S', batch_size: { min: 5, max: 20 } },
  ],
] as [PaceOptions, object][])('%j is the pace %j', async (options, pace) => {
  expect(await paceAsked(options)).toEqual(pace);
});

test.each([
  [[], ['what pace is missing: --rate N, or --every DURATION with --batch-size N']],
  [['--rate', 'fast'], ['--rate must be a number from 0 to 1000000, got "fast"']],
  [['--rate', '5', '--every', '10s', '--batch-size', '3'], ['--rate contradicts --every: give one of them']],
  [['--rate', '5', '--batch-size', '3'], ['--batch-size goes with --every']],
  [['--every', '10s'], ['--batch-size is missing: events a batch, such as 15 or 5-20']],
  [
    ['--every', '10ms', '--batch-size', '20-5'],
    ['--every must be a duration of at least PT0.05S such as PT10S, 10s or 5m, got "10ms"', '--batch-size min must not be above max'],
  ],
  [
    ['--rate=-1', '--every', '1', '--batch-size', 'x'],
    ['--rate contradicts --every', '--rate must be a number', '--every must be a duration', '--batch-size must be'],
  ],
])('the words %j are refused before any job is asked for, every problem in one go', async (words, said) => {
  const { code, err } = await inProcess(await tempFolder(), 'pace', 'nightly', ...words);

  expect(code).toBe(2);
  expect(err.split('\n')).toEqual(said.map((line) => expect.stringContaining(line) as string));
});
