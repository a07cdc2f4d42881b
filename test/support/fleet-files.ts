/** The fleet's files as a stranger reads them who has only the layout's description: nothing of evergen's own code is used here. */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface Meta {
  batch_id: string;
  kind: string;
  batch_number: number;
  seed: number;
  mode: string;
  scheduled_at: string;
  committed_at: string;
  record_count: number;
  valid_count: number;
  corrupted_count: number;
  bytes: number;
  sha256: string;
}

export interface LedgerRow {
  batch: number;
  i: number;
  field: string | null;
  fault: string;
  original: unknown;
}

export interface BatchFolder {
  id: string;
  meta: Meta;
  data: Buffer;
  /** Without newlines. */
  lines: Buffer[];
  ledger: LedgerRow[];
}

export interface FleetFiles {
  companies: BatchFolder[];
  drivers: BatchFolder[];
  /** Everything that is not as it must be, as sentences. */
  problems: string[];
}

interface Figures {
  batches: number;
  records: number;
  valid: number;
  corrupted: number;
  bytes: number;
}
type Run = Figures & { run: string; first_batch: number; last_batch: number };
type KindManifest = Figures & { runs: Run[]; last_batch: { batch_id: string } | null };

const json = async <T>(path: string): Promise<T> => JSON.parse(await readFile(path, 'utf8')) as T;
const text = (path: string): Promise<string> => readFile(path, 'utf8').catch(() => '');

/** @param root folder of `raw` and `manifests`; nobody may be writing */
export async function readFleet(root: string): Promise<FleetFiles> {
  const problems: string[] = [];
  const events = join(root, 'raw/events');
  const folders = await Promise.all((await readdir(events)).sort().map((id) => readBatch(join(events, id), id, problems)));
  const [companies, drivers] = ['company', 'driver'].map((kind) => folders.filter(({ meta }) => meta.kind === kind));
  if (companies === undefined || drivers === undefined) throw new Error('unreachable');
  for (const [kind, batches] of Object.entries({ company: companies, driver: drivers })) {
    const numbers = batches.map(({ meta }) => meta.batch_number);
    if (!numbers.every((number, i) => number === i + 1)) problems.push(`${kind} batches have gaps: ${numbers.join(' ')}`);
  }
  const grown = await readFile(join(root, 'raw/companies.jsonl'));
  if (!grown.equals(Buffer.concat(companies.map(({ data }) => data))))
    problems.push('companies.jsonl is not its batches one after another');
  const manifests = join(root, 'manifests');
  const kinds = {
    company: await json<KindManifest>(join(manifests, 'company.json')),
    driver: await json<KindManifest>(join(manifests, 'driver.json')),
  };
  const known = checkCompanies(companies, problems);
  checkDrivers(drivers, known, kinds, problems);
  checkCounts('company.json', kinds.company, companies, problems);
  checkCounts('driver.json', kinds.driver, drivers, problems);
  checkCounts('batch_manifest.json', await json<Figures>(join(manifests, 'batch_manifest.json')), folders, problems);
  return { companies, drivers, problems };
}

async function readBatch(folder: string, id: string, problems: string[]): Promise<BatchFolder> {
  const meta = await json<Meta>(join(folder, 'batch_meta.json'));
  const file = meta.kind === 'company' ? 'companies.jsonl' : 'events.jsonl';
  const data = await readFile(join(folder, file));
  const ledger = (await text(join(folder, 'quality_ledger.jsonl'))).split('\n').slice(0, -1);
  const expected = [file, 'batch_meta.json', ...(ledger.length > 0 ? ['quality_ledger.jsonl'] : [])].sort();
  const there = (await readdir(folder)).sort();
  if (there.join() !== expected.join()) problems.push(`${id} holds ${there.join(', ')}`);
  const lines = linesOf(data);
  const truth = {
    batch_id: id,
    record_count: lines.length,
    valid_count: lines.length - ledger.length,
    corrupted_count: ledger.length,
    bytes: data.length,
    sha256: createHash('sha256').update(data).digest('hex'),
  };
  for (const [key, value] of Object.entries(truth)) {
    const said = meta[key as keyof typeof truth];
    if (said !== value) problems.push(`${id} says ${key} ${String(said)}, a recount ${String(value)}`);
  }
  return { id, meta, data, lines, ledger: ledger.map((row) => JSON.parse(row) as LedgerRow) };
}

function linesOf(data: Buffer): Buffer[] {
  const lines: Buffer[] = [];
  for (let at = 0; at < data.length;) {
    const end = data.indexOf(10, at);
    if (end < 0) throw new Error('the last line does not end');
    lines.push(data.subarray(at, end));
    at = end + 1;
  }
  return lines;
}

interface KnownCompany {
  batch: number;
  dueMs: number;
  drivers: Set<string>;
}

function checkCompanies(batches: readonly BatchFolder[], problems: string[]): Map<string, KnownCompany> {
  const known = new Map<string, KnownCompany>();
  for (const { id, meta, lines } of batches)
    for (const line of lines) {
      const { company_id, drivers } = JSON.parse(line.toString()) as { company_id: string; drivers: { driver_id: string }[] };
      if (company_id !== `C-${String(known.size + 1).padStart(6, '0')}`)
        problems.push(`${id} has ${company_id} as company number ${String(known.size + 1)}`);
      known.set(company_id, {
        batch: meta.batch_number,
        dueMs: Date.parse(meta.scheduled_at),
        drivers: new Set(drivers.map(({ driver_id }) => driver_id)),
      });
    }
  return known;
}

/** Events refer to companies that were due at or before their batch, of their own run, and to drivers of theirs. */
function checkDrivers(
  batches: readonly BatchFolder[],
  known: ReadonlyMap<string, KnownCompany>,
  kinds: Record<'company' | 'driver', KindManifest>,
  problems: string[],
): void {
  const runOf = ({ runs }: KindManifest, batch: number) => runs.find((run) => batch >= run.first_batch && batch <= run.last_batch)?.run;
  for (const { id, meta, lines, ledger } of batches) {
    const corrupted = new Set(ledger.map(({ i }) => i));
    lines.forEach((line, i) => {
      if (corrupted.has(i)) return;
      const event = JSON.parse(line.toString()) as { company_id: string; driver_id: string };
      const company = known.get(event.company_id);
      const where = `${id}, event ${String(i)}`;
      if (company === undefined) problems.push(`${where} is of ${event.company_id}, which nobody knows`);
      else if (company.dueMs > Date.parse(meta.scheduled_at)) problems.push(`${where} is of ${event.company_id}, which comes later`);
      else if (!company.drivers.has(event.driver_id)) problems.push(`${where} is of ${event.driver_id}, who is not of ${event.company_id}`);
      else if (runOf(kinds.company, company.batch) !== runOf(kinds.driver, meta.batch_number))
        problems.push(`${where} is of ${event.company_id}, which is of another run`);
    });
  }
}

function checkCounts(name: string, said: Figures | KindManifest, batches: readonly BatchFolder[], problems: string[]): void {
  const recount = (of: readonly BatchFolder[]): Figures => {
    const sum = (key: 'record_count' | 'valid_count' | 'corrupted_count' | 'bytes') => of.reduce((total, { meta }) => total + meta[key], 0);
    return {
      batches: of.length,
      records: sum('record_count'),
      valid: sum('valid_count'),
      corrupted: sum('corrupted_count'),
      bytes: sum('bytes'),
    };
  };
  const compare = (who: string, figures: Figures, truth: Figures) => {
    for (const [key, value] of Object.entries(truth))
      if (figures[key as keyof Figures] !== value)
        problems.push(`${who} says ${key} ${String(figures[key as keyof Figures])}, a recount ${String(value)}`);
  };
  compare(name, said, recount(batches));
  if (!('runs' in said)) return;
  for (const run of said.runs)
    compare(
      `${name}, run ${run.run}`,
      run,
      recount(batches.filter(({ meta: { batch_number: n } }) => n >= run.first_batch && n <= run.last_batch)),
    );
  const last = said.last_batch?.batch_id;
  if (last !== undefined && last !== batches.at(-1)?.id) problems.push(`${name} says that ${last} is the last batch`);
}
