/** A short form of `npm run explore`: every interleaving that some thousand runs find holds, and what the explorer is for, it sees. */
import { exhaustive } from './exhaustive';
import { randomRun } from './explore';
import { mutations } from './mutations';
import { loadProject } from './project';
import { sweep, untilNoticed } from './sweep';

jest.setTimeout(120_000);

/** Hundreds of errors a run are answers, not faults: without their stacks the runs are quicker. */
const { stackTraceLimit } = Error;
beforeAll(() => {
  Error.stackTraceLimit = 0;
});
afterAll(() => {
  Error.stackTraceLimit = stackTraceLimit;
});

describe("the project's own machine, activities and sinks", () => {
  test('hold under kills, stopped processes, late twins, operators and lost progress, in any order', async () => {
    const said: string[] = [];

    const violations = await sweep(loadProject(), 350, 1, (text) => said.push(text));

    expect({ violations, said: violations === 0 ? [] : said }).toEqual({ violations: 0, said: [] });
  });

  test('hold with a few deviations at every place of a small job', async () => {
    const said: string[] = [];

    const { runs, bad } = await exhaustive(loadProject(), { slice: '3/599', say: (text) => said.push(text) });

    expect({ bad, said: bad === 0 ? [] : said }).toEqual({ bad: 0, said: [] });
    expect(runs).toBeGreaterThan(100);
  });

  test('a seed always gives the same run, so that what was found can be looked at', async () => {
    const traces = [];
    for (const project of [loadProject(), loadProject()]) traces.push((await randomRun(7, project, true)).world.trace);

    expect(traces[0]).toEqual(traces[1]);
    expect(traces[0]?.length).toBeGreaterThan(50);
  });
});

describe('a decision of the protocol that is broken in the sources', () => {
  test.each([
    'no settle before a change',
    'the record written in place, not renamed out of the own folder',
    'a cut for each stream',
    'a retry treated as the first attempt',
    'no cut for skip and pace: each from its own next batch',
    'own folders named by generation alone',
    'clean leaves no record',
    'figures not kept from look to look',
    'folders: the record not rolled forward over the folders',
    'folders: the growing file not synced before the folder is there',
    'http: the next commit forgets what a clock ahead has begun',
  ])('is noticed: %s', async (name) => {
    const { by } = await untilNoticed(mutations[name]!, 1500, 1);

    expect(by).not.toBeNull();
  });

  test('all of them can be made: their texts are still there', () => {
    for (const patches of Object.values(mutations)) loadProject(patches);
  });

  test('one whose text is gone must be written anew, so that none is silently no mutation any more', () => {
    expect(() => loadProject([{ file: 'workflows/machine.ts', from: 'no such text', to: '' }])).toThrow('must be written anew');
    expect(() => loadProject([{ file: 'workflows/no-such.ts', from: '', to: '' }])).toThrow('is not used');
  });
});
