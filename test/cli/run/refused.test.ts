import { tempFolder } from '../../sinks/temp-folder';
import { inProcess } from '../in-process';

test('everything that is wrong with a run is told in one go, so that one answer is enough to mend it', async () => {
  const words = 'run crisis --rate fast --for 1 --events x --seed=-1 --start foo --to s3 --id No --sample 0'.split(' ');

  const { code, err } = await inProcess(await tempFolder(), ...words);

  expect(code).toBe(2);
  const options = err.split('\n').map((line) => line.split(' ')[0]);
  expect(options).toEqual(['--to', '--seed', '--rate', '--for', '--events', '--start', '--id', '--sample', '--sample']);
});
