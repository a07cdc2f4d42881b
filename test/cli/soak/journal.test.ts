import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { doneSteps, openJournal, readJournal, stillFrozen, stillPaused } from '../../../src/cli/soak/journal';

const folder = mkdtempSync(join(tmpdir(), 'evergen-journal-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('a line that a kill has cut short never happened, and what is written after it counts', () => {
  const file = join(folder, 'cut.jsonl');
  openJournal(file).write({ type: 'job', run: 'r' });
  appendFileSync(file, '{"type":"kill","at":1,"n":0,"vic');

  const again = openJournal(file);
  again.write({ type: 'pause', n: 3 });

  expect(readJournal(file).map(({ type }) => type)).toEqual(['job', 'pause']);
  expect(again.entries).toEqual(readJournal(file));
});

test('a driver that comes back knows what is done, who still stands still and what is still paused', () => {
  const journal = openJournal(join(folder, 'open.jsonl'));
  const victim = { victim: 'worker', part: 'worker-1' };
  journal.write({ type: 'kill', n: 0, ...victim, identity: '1.a', busy: true });
  journal.write({ type: 'freeze', n: 1, ...victim, identity: '2.b' });
  journal.write({ type: 'freeze', n: 2, ...victim, identity: '3.c' });
  journal.write({ type: 'thaw', n: 1 });
  journal.write({ type: 'pause', n: 4 });
  journal.write({ type: 'resume', n: 4 });
  journal.write({ type: 'pause', n: 5 });

  journal.write({ type: 'zombie', n: 6, where: 'commit' });
  journal.write({ type: 'freeze', n: 6, ...victim, identity: '4.d' });
  journal.write({ type: 'pause', n: 6 });
  journal.write({ type: 'resume', n: 6 });
  journal.write({ type: 'freeze', n: 6, victim: 'temporal', part: 'temporal', identity: '5.e' });
  journal.write({ type: 'thaw', n: 6, identity: '4.d' });
  journal.write({ type: 'pause', n: 6 });

  expect([...doneSteps(journal.entries)]).toEqual([0, 1, 2, 4, 5, 6]);
  expect(stillFrozen(journal.entries)).toEqual([
    { n: 2, identity: '3.c' },
    { n: 6, identity: '5.e' },
  ]);
  expect(stillPaused(journal.entries)).toEqual([5, 6]);
});
