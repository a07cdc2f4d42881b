import { addedUp } from '../../src/metrics/added-up';

const page = (events: number, workers: number, more = '') =>
  `# HELP e_total Events.\n# TYPE e_total counter\ne_total{sink="disk",text="a } b"} ${String(events)}\n${more}\n# HELP g Now.\n# TYPE g gauge\ng ${String(workers)}\n`;

test('pages of several workers are one: the same name and labels are added up, everything is said once', () => {
  expect(
    addedUp([
      { text: page(2, 1), gone: false },
      { text: page(40, 1, 'e_total{sink="kafka"} 7'), gone: false },
    ]),
  ).toBe(
    '# HELP e_total Events.\n# TYPE e_total counter\ne_total{sink="disk",text="a } b"} 42\ne_total{sink="kafka"} 7\n\n# HELP g Now.\n# TYPE g gauge\ng 2\n',
  );
});

test('what a worker that is gone has counted stays counted, or a kill would look like a reset; how it stood is no longer so', () => {
  const text = addedUp([
    { text: page(2, 1), gone: false },
    { text: page(40, 5), gone: true },
  ]);

  expect(text).toContain('e_total{sink="disk",text="a } b"} 42');
  expect(text).toContain('\ng 1\n');
});
