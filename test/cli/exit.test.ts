import { CommanderError } from 'commander';
import { EXIT, Ending, endOf } from '../../src/cli/exit';
import { UserError } from '../../src/spec/failures';

test('a fault of the caller is its message alone and 2, a fault of ours keeps its stack and is 1', () => {
  expect(endOf(new UserError('PORT: wrong'))).toEqual({ exitCode: EXIT.input, text: 'PORT: wrong' });
  expect(endOf(new Error('broken'))).toEqual({ exitCode: EXIT.fault, text: expect.stringMatching(/broken\n\s+at /) });
});

test('what commander has said already is not said twice, and asking for help is no error', () => {
  expect(endOf(new CommanderError(1, 'commander.unknownCommand', 'unknown'))).toEqual({ exitCode: EXIT.input, text: '' });
  expect(endOf(new CommanderError(0, 'commander.helpDisplayed', ''))).toEqual({ exitCode: EXIT.done, text: '' });
});

test('an ending carries its own code', () => {
  expect(endOf(new Ending(EXIT.unverified, 'one byte differs'))).toEqual({ exitCode: 4, text: 'one byte differs' });
});
