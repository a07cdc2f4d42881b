/** Several processes' metrics as one: what has the same name and the same labels is added up. */

interface Family {
  /** `# HELP` and `# TYPE`, as the first has them. */
  head: string[];
  gauge: boolean;
  samples: Map<string, number>;
}

export interface Page {
  /** Prometheus' text format; label names in the same order everywhere. */
  text: string;
  /** Its process is gone: what it has counted stays counted, its gauges say nothing any more. */
  gone: boolean;
}

export function addedUp(pages: readonly Page[]): string {
  const families = new Map<string, Family>();
  for (const page of pages) add(families, page);
  return [...families.values()]
    .map(({ head, samples }) => [...head, ...[...samples].map(([series, value]) => `${series} ${String(value)}`), ''].join('\n'))
    .join('\n');
}

const HEAD = /^# (HELP|TYPE) (\S+) ?(.*)$/;
const SAMPLE = /^(\S+?(?:\{.*\})?) (\S+)$/;

function add(families: Map<string, Family>, { text, gone }: Page): void {
  let family: Family | undefined;
  for (const line of text.split('\n')) {
    const [, keyword, name, rest] = HEAD.exec(line) ?? [];
    if (name !== undefined) {
      family = families.get(name) ?? { head: [], gauge: false, samples: new Map() };
      families.set(name, family);
      if (family.head.length < 2) family.head.push(line);
      if (keyword === 'TYPE') family.gauge = rest === 'gauge';
      continue;
    }
    const [, series, value] = SAMPLE.exec(line) ?? [];
    if (family === undefined || series === undefined || (gone && family.gauge)) continue;
    family.samples.set(series, (family.samples.get(series) ?? 0) + Number(value));
  }
}
