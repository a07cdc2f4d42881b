import fc from 'fast-check';
import { layOut, type Spot } from '../../../src/sinks/disk/rotation';

const start: Spot = { file: 0, offset: 0 };
const batches = (...sizes: number[]) => sizes.map((size) => ({ bytes: Buffer.alloc(size, 'x') }));

/** Sizes of the data files after these commits. */
function files(groups: number[][], limit: number): number[] {
  const sizes: number[] = [];
  let at = start;
  for (const group of groups) {
    const { pieces, end } = layOut(at, batches(...group), limit);
    for (const { file, offset, buffers } of pieces) sizes[file] = offset + Buffer.concat(buffers).length;
    at = end;
  }
  return sizes;
}

describe('layOut', () => {
  it('begins the next file before the batch that would take this one past the limit', () => {
    expect(files([[40, 60, 1, 99, 100, 100]], 100)).toEqual([100, 100, 100, 100]);
  });

  it('never splits a batch: one that is larger than a file has one of its own', () => {
    expect(files([[10, 250, 10]], 100)).toEqual([10, 250, 10]);
  });

  it('lets an empty batch begin no file', () => {
    expect(files([[100, 0, 0], [0]], 100)).toEqual([100]);
  });

  it('comes to the same files however the batches are grouped', () => {
    const group = fc.array(fc.integer({ min: 0, max: 150 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(fc.array(group, { maxLength: 10 }), (groups) => {
        expect(files(groups, 100)).toEqual(
          files(
            groups.flat().map((size) => [size]),
            100,
          ),
        );
      }),
    );
  });
});
