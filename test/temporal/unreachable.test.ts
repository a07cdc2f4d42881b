import { unreachable } from '../../src/temporal/unreachable';

const grpc = (code: number) => Object.assign(new Error(`${String(code)} said the server`), { code });

test.each([4, 14])('status %i means that nobody is there, and the line says what to do about it', (code) => {
  expect(unreachable(grpc(code), '127.0.0.1:1')).toBe(
    'TEMPORAL_ADDRESS: no Temporal server answers at 127.0.0.1:1; start it, or unset TEMPORAL_ADDRESS and evergen up starts one',
  );
});

test('a server that refuses is there: starting it would not help', () => {
  expect(unreachable(grpc(7), '127.0.0.1:1')).toBeNull();
  expect(unreachable(new Error('something else'), '127.0.0.1:1')).toBeNull();
});
