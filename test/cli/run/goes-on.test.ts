import { goesOn } from '../../../src/cli/run/durable';

test.each([
  [undefined, 'job nightly is not lost, it goes on with the next ./evergen up: ./evergen status nightly'],
  ['temporal:7233', 'job nightly is not lost, it goes on when temporal:7233 answers again: ./evergen status nightly'],
])('whoever waits for a job while Temporal (%s) goes away is told what becomes of it', (address, said) => {
  expect(goesOn('nightly', './evergen', address)).toBe(said);
});
