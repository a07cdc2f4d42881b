/** What the command line says of jobs whose data is in topics. */
import { recordsKept } from '../../src/cli/clean';
import { summaryLines } from '../../src/cli/job-text';
import { reportLines } from '../../src/cli/verify';
import { jobBody } from './job-body';

const inTopics = (topic: string) => {
  const job = jobBody({ emitted: 300, output: { kind: 'kafka', topic } });
  const [stream] = Object.values(job.streams);
  if (stream === undefined) throw new Error('a job has a stream');
  return { ...job, streams: { readings: stream, alarms: stream } };
};

test('topics are named as a consumer needs them, one of each stream', () => {
  expect(summaryLines(inTopics('meters.{stream}'), '')[3]).toBe('data       meters.readings, meters.alarms (0 B)');
  expect(summaryLines(inTopics('meters'), '')[3]).toBe('data       meters (0 B)');
});

test('a clean says that the records stay in their topics, and how they are deleted', () => {
  expect(recordsKept(inTopics('meters.{stream}'))).toEqual([
    '  its records stay in topic meters.readings: kafka-topics.sh --bootstrap-server HOST:PORT --delete --topic meters.readings deletes all that is there',
    '  its records stay in topic meters.alarms: kafka-topics.sh --bootstrap-server HOST:PORT --delete --topic meters.alarms deletes all that is there',
  ]);
  expect(recordsKept(jobBody({ emitted: 300 }))).toEqual([]);
});

test('verify names the topic that it has read, and has no column of sums for parts that are spread over partitions', () => {
  const part = { stream: 'readings', shard: 0, batches: 2, events: 4, bytes: 80, sha256: null };
  const report = { ok: true, job: 'meters', run: 'r', parts: [part], events: 4, bytes: 80, problems: [] };
  const found = { folder: '/data/jobs/meters/r', state: 'completed', seed: 7, start: '2026-01-05T23:10:00.000Z' };

  expect(reportLines({ ...report, ...found, topics: ['meters.readings'] }).slice(1, 6)).toEqual([
    'topic meters.readings',
    'manifest in /data/jobs/meters/r',
    '',
    'PART        BATCHES  EVENTS  BYTES',
    'readings/0        2       4     80',
  ]);
  expect(reportLines({ ...report, ...found })[1]).toBe('/data/jobs/meters/r');
});
