import { createHash } from 'node:crypto';
import { identityOf, normalise } from '../../../src/scenarios/email/identity';

test('spellings of one address are one recipient: outer space, case, and composed or decomposed letters', () => {
  const spellings = [
    'José.Núñez@Example.com',
    '  josé.núñez@example.com\n',
    'JOSÉ.NÚÑEZ@EXAMPLE.COM',
    'José.Núñez@example.com'.normalize('NFD'),
  ];

  expect(new Set(spellings.map((address) => JSON.stringify(identityOf(address)))).size).toBe(1);
  expect(identityOf('jose.nunez@example.com')).not.toEqual(identityOf(spellings[0]!));
});

test('the hash is the plain SHA-256 of the normalised address, as anyone can compute it', () => {
  const { emailHash, universalId } = identityOf(' Ada@Example.com ');

  expect(emailHash).toBe(createHash('sha256').update('ada@example.com').digest('hex'));
  expect(normalise(' Ada@Example.com ')).toBe('ada@example.com');
  // Stable across runs and machines: whoever changes it breaks every join with data that is there.
  expect(universalId).toBe('sf_34781968871de90dd9ab35797ebeae85');
  expect(emailHash).not.toContain(universalId.slice(3));
});
