/** Sends what `requests.ts` makes of a facade's document, and says what is wrong with the answers. */
import Ajv2020, { type ValidateFunction } from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import fc from 'fast-check';
import { Agent, fetch } from 'undici';
import { parse } from 'yaml';
import { requestsTo, type Fuzzed, type Operation } from './requests';

/** `npm run fuzz` sets it. The seed is fixed, so that a failure is the same again. */
const ASKED = process.env['FUZZ_REQUESTS'];
export const fuzzRequests = (usual: number): number => Number(ASKED ?? usual);
/** The promise is 3 s, and `npm run fuzz` holds it; of a machine that runs other tests beside this one only that nothing hangs can be asked. */
const HANG_MS = ASKED === undefined ? 15_000 : Number(process.env['FUZZ_WITHIN_MS'] ?? 3_000);
const SEED = Number(process.env['FUZZ_SEED'] ?? 9);
const AT_ONCE = 8;
/** A connection a call: a server closes idle ones after 5 s, and a machine that stands still for so long would make that look like a fault. */
const dispatcher = new Agent({ pipelining: 0 });
const MOST_FAULTS = 20;

interface Document {
  paths: Record<string, Record<string, Operation>>;
  components: object;
}

export interface Outcome {
  /** A call and what was wrong with its answer, each. */
  faults: string[];
  statuses: Record<number, number>;
}

/** An answer that takes longer than it may is a fault. In the full form says what was answered, and which paths were slowest. */
export async function fuzz(base: string, requests: number): Promise<Outcome> {
  const document = (await (await fetch(`${base}/openapi.json`)).json()) as Document;
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => requestsTo(path, method, operation)),
  );
  const calls = fc.sample(fc.oneof(...operations), { numRuns: requests, seed: SEED });
  const outcome: Outcome = { faults: [], statuses: {} };
  const slowest = new Map<string, { ms: number; call: string }>();
  const callers = Array.from({ length: AT_ONCE }, async () => {
    for (let request = calls.pop(); request !== undefined && outcome.faults.length < MOST_FAULTS; request = calls.pop()) {
      const call = `${request.method} ${request.url} ${JSON.stringify(request.headers)} ${request.body ?? ''}`.slice(0, 1500);
      const begunMs = performance.now();
      const { status, fault } = await tried(base, request, document).catch((failure: unknown) => ({
        status: 0,
        fault: said(failure),
      }));
      const ms = performance.now() - begunMs;
      outcome.statuses[status] = (outcome.statuses[status] ?? 0) + 1;
      const operation = `${request.method} ${request.path}`;
      if (ms > (slowest.get(operation)?.ms ?? 0)) slowest.set(operation, { ms, call });
      if (fault !== null) outcome.faults.push(`${call}\n    ${fault}`);
    }
  });
  await Promise.all(callers);
  if (ASKED !== undefined) tell(requests - calls.length, outcome.statuses, [...slowest.values()]);
  return outcome;
}

function tell(requests: number, statuses: Outcome['statuses'], slowest: { ms: number; call: string }[]): void {
  const lines = slowest.sort((a, b) => b.ms - a.ms).slice(0, 5);
  process.stderr.write(`${String(requests)} calls: ${JSON.stringify(statuses)}; the slowest paths:\n`);
  for (const { ms, call } of lines) process.stderr.write(`  ${ms.toFixed(0)} ms  ${call.slice(0, 300)}\n`);
}

const said = (failure: unknown): string => `${String(failure)} ${String((failure as Error).cause ?? '')}`;

const ajv = addFormats(new Ajv2020({ strict: false }));
const compiled = new Map<object, ValidateFunction>();
function faultOf(schema: object, components: object, body: unknown): string | null {
  const validate = compiled.get(schema) ?? ajv.compile({ ...schema, components });
  compiled.set(schema, validate);
  return validate(body) ? null : ajv.errorsText(validate.errors);
}

/** `fault`: what is wrong with the answer; null: nothing. */
async function tried(
  base: string,
  { path, method, url, headers, body }: Fuzzed,
  { paths, components }: Document,
): Promise<{ status: number; fault: string | null }> {
  const ending = new AbortController();
  const response = await fetch(`${base}${url}`, {
    method: method.toUpperCase(),
    headers,
    dispatcher,
    signal: AbortSignal.any([ending.signal, AbortSignal.timeout(HANG_MS)]),
    ...(body === undefined ? {} : { body }),
  });
  const { status } = response;
  const type = response.headers.get('content-type')?.split(';')[0] ?? '';
  const schema = paths[path]?.[method]?.responses[String(status)]?.content[type]?.schema;
  if (schema === undefined)
    return { status, fault: `answered ${String(status)} ${type}, which is not documented: ${(await response.text()).slice(0, 300)}` };
  if (type === 'text/event-stream') {
    // The first event is enough: of a job that goes on there is no end.
    await response.body?.getReader().read();
    ending.abort();
    return { status, fault: null };
  }
  const text = await response.text();
  const fault = faultOf(schema, components, type.startsWith('text/') ? text : parse(text));
  return { status, fault: fault === null ? null : `answered ${String(status)} with a body that its schema refuses: ${fault}` };
}
