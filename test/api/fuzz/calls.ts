/** Sends what `requests.ts` makes of a facade's document, and says what is wrong with the answers. */
import Ajv2020, { type ValidateFunction } from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import fc from 'fast-check';
import { parse } from 'yaml';
import { requestsTo, type Fuzzed, type Operation } from './requests';

/** FUZZ_REQUESTS=20000 is the full form. The seed is fixed, so that a failure is the same again. */
export const fuzzRequests = (usual: number): number => Number(process.env['FUZZ_REQUESTS'] ?? usual);
const SEED = Number(process.env['FUZZ_SEED'] ?? 9);
const AT_ONCE = 8;
const MOST_FAULTS = 20;

interface Document {
  paths: Record<string, Record<string, Operation>>;
  components: object;
}

export interface Outcome {
  /** A call and what was wrong with its answer, each. */
  faults: string[];
  statuses: Record<number, number>;
  slowest: { ms: number; call: string };
}

/** @param hangMs an answer that takes longer is a fault */
export async function fuzz(base: string, requests: number, hangMs: number): Promise<Outcome> {
  const document = (await (await fetch(`${base}/openapi.json`)).json()) as Document;
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => requestsTo(path, method, operation)),
  );
  const calls = fc.sample(fc.oneof(...operations), { numRuns: requests, seed: SEED });
  const outcome: Outcome = { faults: [], statuses: {}, slowest: { ms: 0, call: '' } };
  const callers = Array.from({ length: AT_ONCE }, async () => {
    for (let request = calls.pop(); request !== undefined && outcome.faults.length < MOST_FAULTS; request = calls.pop()) {
      const call = `${request.method} ${request.url} ${JSON.stringify(request.headers)} ${request.body ?? ''}`.slice(0, 1500);
      const begunMs = performance.now();
      const { status, fault } = await tried(base, request, document, hangMs).catch((failure: unknown) => ({
        status: 0,
        fault: said(failure),
      }));
      const ms = performance.now() - begunMs;
      outcome.statuses[status] = (outcome.statuses[status] ?? 0) + 1;
      if (ms > outcome.slowest.ms) outcome.slowest = { ms, call };
      if (fault !== null) outcome.faults.push(`${call}\n    ${fault}`);
    }
  });
  await Promise.all(callers);
  return outcome;
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
  hangMs: number,
): Promise<{ status: number; fault: string | null }> {
  const ending = new AbortController();
  const response = await fetch(`${base}${url}`, {
    method: method.toUpperCase(),
    headers,
    signal: AbortSignal.any([ending.signal, AbortSignal.timeout(hangMs)]),
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
