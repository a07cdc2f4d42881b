/** What is wrong with the options is told at once, before a server is started. */
import { readAsked } from './asked';

const refusal = (...words: string[]): string => {
  try {
    readAsked(words, 7);
  } catch (error) {
    return error instanceof Error ? error.message : '';
  }
  return '';
};

test('without options there are three minutes, four kills of each kind, and a seed that was drawn', () => {
  expect(readAsked([], 7)).toMatchObject({ kind: 'chaos', forMs: 180_000, kills: 4, pauses: 6, workers: 2, seed: 7, defect: null });
  expect(readAsked(['writes'], 7)).toMatchObject({ kind: 'writes', forMs: 60_000, jobs: 100, every: 'PT2S', workers: 1 });
  expect(readAsked(['--defect', 'receipts added'], 7)).toMatchObject({ defect: { name: 'receipts added instead of merged' } });
});

test('all that is wrong is told in one go, and what is allowed', () => {
  const said = refusal('writs', '--for', '5s', '--kills', '0', '--every', 'PT2S', '--defect', 'gone');

  expect(said.split('\n')).toEqual([
    'there is no "writs": only writes, or nothing',
    '--every goes with writes only',
    expect.stringMatching(/^--defect must name one of "heartbeat before the commit.*, got "gone"$/),
    '--for must be a duration of at least PT30S, such as 3m or PT3M, got "5s"',
    '--kills must be a whole number from 1 to 1000, got "0"',
  ]);
});

test('an option that there is not is answered with those that there are', () => {
  expect(refusal('--kils', '3')).toMatch(/'--kils'[^]*--kills N/);
});
