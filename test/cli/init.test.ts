/** `evergen init`: what it writes runs as it is, and so it does with each key that it only mentions. */
import { parse } from 'yaml';
import { scenarios } from '../../src/scenarios';
import { parseJobSpec } from '../../src/spec/job-spec';
import { planOf } from '../../src/spec/plan';
import { fixedNow, preview } from '../../src/spec/preview';
import { inProcess as evergen } from './in-process';

/** `# key: value`, an example that is commented out; the words above it are prose. */
const EXAMPLE = /^( *)# ([a-z_]+): (\S.*)$/;

describe.each(scenarios.names)('for %s', (name) => {
  it('is a valid specification, of which there are events', async () => {
    const { out } = await evergen('/nowhere', 'init', name);

    const spec = parseJobSpec(parse(out.join('\n')));
    const plan = planOf(spec, { job: 'j', run: '20260101T000000.000Z', version: '0' });
    expect((await preview(fixedNow(plan, new Date()), 3)).events).toHaveLength(3);
  });

  it('stays one with each key that stands in a comment', async () => {
    const { out } = await evergen('/nowhere', 'init', name);
    const examples = [...out.keys()].filter((i) => EXAMPLE.test(out[i] ?? ''));

    expect(examples.length).toBeGreaterThan(5);
    for (const i of examples) expect(() => parseJobSpec(parse(uncommented(out, i)))).not.toThrow();
  });
});

test('a scenario that nobody knows is a slip of the keyboard', async () => {
  expect(await evergen('/nowhere', 'init', 'crsis')).toMatchObject({
    code: 2,
    err: expect.stringContaining("did you mean 'crisis'?") as string,
  });
});

/** With example `i` put in, in the place of the key's present value. */
function uncommented(lines: readonly string[], i: number): string {
  const [, indent = '', key = '', value = ''] = EXAMPLE.exec(lines[i] ?? '') ?? [];
  const kept = lines.map((line, at) => (at === i ? `${indent}${key}: ${value}` : line.startsWith(`${indent}${key}:`) ? '' : line));
  // A rate wants no limit; "as fast as possible" wants one.
  return kept.join('\n').replace('  for: 1m', value.startsWith('{ unpaced') ? '  events: 10' : '  for: 1m');
}
