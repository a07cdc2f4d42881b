/** A facade of its own, as a process, that knows of no Temporal: what the connector publishes needs none. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Agent, request } from 'undici';
import { packageRoot } from '../../src/config/package-root';
import { freePort } from '../../src/temporal/free-port';
import { atEnd } from '../support/cleanup';
import { startProcess, type TestProcess } from '../support/stack';

export interface Answer {
  /** 0: none, the connection broke. */
  status: number;
  ids: string[];
  text: string;
  retryAfter: string | undefined;
}

export interface TestFacade {
  readonly dataDir: string;
  /** Always on the same port and data. */
  start(changes?: NodeJS.ProcessEnv): Promise<TestProcess>;
  generate(body: unknown, key?: string): Promise<Answer>;
}

export async function facadeOf(variables: NodeJS.ProcessEnv): Promise<TestFacade> {
  const dataDir = await mkdtemp(join(tmpdir(), 'evergen-connector-'));
  atEnd(() => rm(dataDir, { recursive: true, force: true }));
  const port = await freePort();
  const nobody = `127.0.0.1:${String(await freePort())}`;
  const ports = { EVERGEN_PORT: String(port), CRISIS_PORT: 'off', FLEET_PORT: 'off', TEMPORAL_ADDRESS: nobody };
  const env = { ...process.env, LOG_LEVEL: 'error', ...ports, DATA_DIR: dataDir, ...variables };
  // Thousands of connections at once, and none of them given up before the facade says what has become of it.
  const dispatcher = new Agent({ connections: null, headersTimeout: 120_000, connectTimeout: 60_000 });
  atEnd(() => dispatcher.destroy());
  return {
    dataDir,
    start: (changes = {}) => startProcess(join(packageRoot(), 'dist/src/server.js'), { ...env, ...changes }),
    async generate(body, key) {
      try {
        const {
          statusCode,
          headers,
          body: answer,
        } = await request(`http://127.0.0.1:${String(port)}/api/mock/events/generate`, {
          method: 'POST',
          dispatcher,
          headers: { 'content-type': 'application/json', ...(key === undefined ? {} : { 'idempotency-key': key }) },
          body: JSON.stringify(body),
        });
        const text = await answer.text();
        const { event_ids: ids = [] } = JSON.parse(text) as { event_ids?: string[] };
        return { status: statusCode, ids, text, retryAfter: String(headers['retry-after'] ?? '') };
      } catch {
        return { status: 0, ids: [], text: '', retryAfter: undefined };
      }
    },
  };
}
