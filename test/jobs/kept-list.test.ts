import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { listWithKept } from '../../src/jobs/kept-list';
import { KeptRuns } from '../../src/jobs/kept-runs';
import type { ListQuery, Listed } from '../../src/jobs/jobs';
import { tempFolder } from '../sinks/temp-folder';
import { alter, finishedRun } from '../verify/finished-run';

const row = (id: string): Listed => ({
  id,
  run: '20260201T000000.000Z',
  scenario: 'crisis',
  sink: 'disk',
  state: 'running',
  startedAtMs: 0,
  finishedAtMs: null,
});

/** Copies of one run under other names. @param states by `job run` */
async function keptRuns(states: Readonly<Record<string, string>>): Promise<KeptRuns> {
  const dataDir = await tempFolder();
  const one = await finishedRun(await tempFolder());
  for (const [name, state] of Object.entries(states)) {
    const [job = '', run = ''] = name.split(' ');
    const folder = join(dataDir, 'jobs', job, run);
    await cp(one, folder, { recursive: true });
    await alter(folder, 'manifest.json', (bytes) => {
      const manifest = JSON.parse(bytes.toString()) as { plan: object };
      return JSON.stringify({ ...manifest, state, job, run, plan: { ...manifest.plan, job, run } });
    });
  }
  return new KeptRuns(dataDir);
}

const [MON, TUE, WED] = ['20260105T100000.000Z', '20260106T100000.000Z', '20260107T100000.000Z'];

/** Page by page. @param remembered ids that Temporal knows; `trailing`: that its list does not show yet */
async function pages(kept: KeptRuns, query: ListQuery, told: Listed[], remembered: string[], trailing: string[] = []): Promise<string[][]> {
  const memory = {
    known: (ids: readonly string[]) => Promise.resolve(new Set(ids.filter((id) => remembered.includes(id)))),
    knows: (id: string) => Promise.resolve([...remembered, ...trailing].includes(id)),
  };
  const list = ({ limit }: ListQuery) => Promise.resolve({ jobs: told.slice(0, limit), nextPageToken: null });
  const all: string[][] = [];
  for (let token: string | undefined; ;) {
    const page = await listWithKept(list, memory, kept, { ...query, ...(token === undefined ? {} : { pageToken: token }) });
    all.push(page.jobs.map(({ id, run, state }) => `${id} ${run?.slice(6, 8) ?? ''} ${state}`));
    if (page.nextPageToken === null) return all;
    token = page.nextPageToken;
  }
}

test('jobs that Temporal has forgotten are listed after all that it remembers, newest first, each once whatever the pages', async () => {
  const kept = await keptRuns({
    [`old ${MON}`]: 'completed',
    [`old ${WED}`]: 'stopped',
    [`cut ${TUE}`]: 'running',
    [`here ${MON}`]: 'completed',
    [`busy ${TUE}`]: 'running',
  });
  const told = [row('here')];
  const of = (limit: number, more: Partial<ListQuery> = {}) => pages(kept, { limit, ...more }, told, ['here'], ['busy']);

  expect(await of(10)).toEqual([['here 01 running', 'old 07 stopped', 'cut 06 failed', 'old 05 completed']]);
  expect(await of(2)).toEqual([['here 01 running', 'old 07 stopped'], ['cut 06 failed', 'old 05 completed'], []]);
  expect((await of(1)).flat()).toEqual(['here 01 running', 'old 07 stopped', 'cut 06 failed', 'old 05 completed']);
  expect(await pages(kept, { limit: 5, state: 'stopped' }, [], ['here'], ['busy'])).toEqual([['old 07 stopped']]);
  expect(await pages(kept, { limit: 5, state: 'paused' }, [], [])).toEqual([[]]);
  expect(await pages(kept, { limit: 5, scenario: 'fleet' }, [], [])).toEqual([[]]);
});

test('a token that is none is refused', async () => {
  await expect(pages(await keptRuns({}), { limit: 1, pageToken: 'kept-AAAA' }, [], [])).rejects.toThrow('next_page_token');
});
