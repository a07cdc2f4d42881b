import { writeAll } from '../../../src/sinks/disk/node-files';

describe('writeAll', () => {
  it.each([1, 2, 3, 7, 100])('writes everything although a call takes only %i bytes, since a write may fall short', async (most) => {
    const buffers = ['one', '', 'three', 'fourteen'].map((text) => Buffer.from(text));
    const file = Buffer.alloc(20);

    await writeAll(
      async (some, at) => {
        const taken = Buffer.concat(some).subarray(0, most);
        taken.copy(file, at);
        return taken.length;
      },
      buffers,
      4,
    );

    expect(file.toString()).toBe('\0\0\0\0onethreefourteen');
    expect(buffers.map(String)).toEqual(['one', '', 'three', 'fourteen']);
  });

  it('fails when a call takes nothing, rather than try for ever', async () => {
    await expect(writeAll(() => Promise.resolve(0), [Buffer.from('x')], 0)).rejects.toMatchObject({ code: 'EIO' });
  });

  it('hands a call no more buffers than the system takes', async () => {
    const calls: number[] = [];

    await writeAll(
      async (some) => {
        calls.push(some.length);
        return some.length;
      },
      Array.from({ length: 2500 }, () => Buffer.from('x')),
      0,
    );

    expect(calls).toEqual([1000, 1000, 500]);
  });
});
