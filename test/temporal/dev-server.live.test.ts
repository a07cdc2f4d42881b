import { Client } from '@temporalio/client';
import { connectClient, temporalSettings } from '../../src/temporal/connect';
import { startDevServer as startWith } from '../../src/temporal/dev-server';
import { findCli } from '../../src/temporal/cli-binary';
import { ensureNamespace } from '../../src/temporal/namespace';
import { isAlive, identityOf } from '../../src/temporal/processes';
import { SEARCH_ATTRIBUTES, TASK_QUEUE, WORKFLOW_TYPE } from '../../workflows/messages';
import { startDevServer, type TestServer } from '../support/temporal';

jest.setTimeout(60_000);

const connectionTo = ({ address, namespace }: TestServer) => connectClient(temporalSettings({ TEMPORAL_NAMESPACE: namespace }, address));

test('a started server has the search attributes and the retention that jobs need, in a namespace of any name', async () => {
  const server = await startDevServer({ namespace: 'rehearsal' });
  const connection = connectionTo(server);

  const { config } = await connection.workflowService.describeNamespace({ namespace: 'rehearsal' });
  const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace: 'rehearsal' });

  expect(Number(config?.workflowExecutionRetentionTtl?.seconds)).toBe(72 * 3600);
  expect(Object.keys(customAttributes ?? {})).toEqual(expect.arrayContaining(Object.values(SEARCH_ATTRIBUTES)));
  await connection.close();
});

test('kill -9 of the server loses no workflow: the next process on the same database and port knows it', async () => {
  const server = await startDevServer();
  const connection = connectionTo(server);
  const client = new Client({ connection, namespace: server.namespace });
  const searchAttributes = { JobState: ['running'], Scenario: ['crisis'], Sink: ['disk'] };
  await client.workflow.start(WORKFLOW_TYPE, { workflowId: 'survivor', taskQueue: TASK_QUEUE, searchAttributes });
  const before = server.pid;

  await server.kill();
  await server.restart();

  const description = await client.workflow.getHandle('survivor').describe();
  expect(description.status.name).toBe('RUNNING');
  expect(description.searchAttributes['Scenario']).toEqual(['crisis']);
  expect(server.pid).not.toBe(before);
  await connection.close();
});

test('a database from before the search attributes gets them at the next start, as the flag is only for new ones', async () => {
  const server = await startDevServer();
  const connection = connectionTo(server);
  const { namespace } = server;
  await connection.operatorService.removeSearchAttributes({ namespace, searchAttributes: ['Sink'] });
  const before = await connection.operatorService.listSearchAttributes({ namespace });

  await server.kill();
  await server.restart();

  const after = await connection.operatorService.listSearchAttributes({ namespace });
  expect(Object.keys(before.customAttributes ?? {})).not.toContain('Sink');
  expect(Object.keys(after.customAttributes ?? {})).toContain('Sink');
  await connection.close();
});

test('a namespace that does not exist is named with the command that makes it, as jobs would otherwise fail one by one', async () => {
  const server = await startDevServer();
  const connection = connectionTo(server);

  await expect(ensureNamespace(connection, 'nowhere')).rejects.toThrow('temporal operator namespace create -n nowhere');
  await connection.close();
});

test('a server that cannot start leaves no process and says why', async () => {
  const running = await startDevServer();
  const binary = await findCli({ variables: process.env, say: () => undefined });
  const started: string[] = [];
  const options = { binary, databaseFile: null, port: Number(running.address.split(':')[1]), uiPort: null, namespace: 'default' };

  const attempt = startWith({ ...options, onSpawn: (pid) => started.push(identityOf(pid) ?? 'gone') });

  await expect(attempt).rejects.toThrow(/did not start/);
  expect(started.filter(isAlive)).toEqual([]);
});
