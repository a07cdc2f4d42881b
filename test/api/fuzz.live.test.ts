/** Every documented path, called with what its document allows and with what it does not, against real processes: nothing breaks, and every answer is a documented one. */
import Ajv2020, { type ValidateFunction } from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import fc from 'fast-check';
import { startTestStack, type TestStack } from '../support/stack';
import { requestsTo, type Fuzzed, type Operation } from './fuzz/requests';

/** The full form: FUZZ_REQUESTS=20000; the seed is fixed, so that a failure is the same again. */
const REQUESTS = Number(process.env['FUZZ_REQUESTS'] ?? 1500);
const SEED = Number(process.env['FUZZ_SEED'] ?? 9);
const AT_ONCE = 8;
/** The promise is 3 s; of a machine that runs other tests beside this one only that nothing hangs can be asked. */
const HANG_MS = REQUESTS > 1500 ? 3_000 : 15_000;

jest.setTimeout(120_000 + REQUESTS * 100);

interface Document {
  paths: Record<string, Record<string, Operation>>;
  components: object;
}

let stack: TestStack;
let pids: number[];
beforeAll(async () => {
  stack = await startTestStack();
  pids = (await Promise.all([stack.worker(), stack.facade()])).map(({ pid }) => pid);
});

const ajv = addFormats(new Ajv2020({ strict: false }));
const compiled = new Map<object, ValidateFunction>();
function faultOf(schema: object, components: object, body: unknown): string | null {
  const validate = compiled.get(schema) ?? ajv.compile({ ...schema, components });
  compiled.set(schema, validate);
  return validate(body) ? null : ajv.errorsText(validate.errors);
}

/** What is wrong with the answer; null: nothing. */
async function tried({ path, method, url, headers, body }: Fuzzed, { paths, components }: Document): Promise<string | null> {
  const ending = new AbortController();
  const response = await fetch(`${stack.base}${url}`, {
    method: method.toUpperCase(),
    headers,
    signal: AbortSignal.any([ending.signal, AbortSignal.timeout(HANG_MS)]),
    ...(body === undefined ? {} : { body }),
  });
  const { status } = response;
  const type = response.headers.get('content-type')?.split(';')[0] ?? '';
  const schema = paths[path]?.[method]?.responses[String(status)]?.content[type]?.schema;
  if (schema === undefined) return `answered ${String(status)} ${type}, which is not documented: ${(await response.text()).slice(0, 300)}`;
  if (type === 'text/event-stream') {
    // The first event is enough: of a job that goes on there is no end.
    await response.body?.getReader().read();
    ending.abort();
    return null;
  }
  const text = await response.text();
  const fault = faultOf(schema, components, type.endsWith('json') ? JSON.parse(text) : text);
  return fault === null ? null : `answered ${String(status)} with a body that its schema refuses: ${fault}`;
}

test(`of ${String(REQUESTS)} calls of documented paths none breaks or hangs anything, and every answer is a documented one`, async () => {
  const document = (await (await fetch(`${stack.base}/openapi.json`)).json()) as Document;
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => requestsTo(path, method, operation)),
  );
  const requests = fc.sample(fc.oneof(...operations), { numRuns: REQUESTS, seed: SEED });
  const faults: string[] = [];
  let slowest = { ms: 0, call: '' };

  const callers = Array.from({ length: AT_ONCE }, async () => {
    for (let request = requests.pop(); request !== undefined; request = requests.pop()) {
      const call = `${request.method} ${request.url} ${JSON.stringify(request.headers)} ${request.body ?? ''}`.slice(0, 1500);
      const begunMs = performance.now();
      const fault = await tried(request, document).catch(
        (failure: unknown) => `${String(failure)} ${String((failure as Error).cause ?? '')}`,
      );
      const ms = performance.now() - begunMs;
      if (ms > slowest.ms) slowest = { ms, call };
      if (fault !== null && faults.push(`${call}\n    ${fault}`) > 20) return;
    }
  });
  await Promise.all(callers);

  process.stderr.write(`slowest: ${slowest.ms.toFixed(0)} ms, ${slowest.call.slice(0, 200)}\n`);
  expect(faults).toEqual([]);
  for (const pid of pids) expect(() => process.kill(pid, 0)).not.toThrow();
  expect(await stack.call('GET', '/healthz')).toMatchObject({ status: 200 });
});
