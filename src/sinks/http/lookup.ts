/** The one way from a name to an address: what a connection is made to is what was judged, with no second look-up in between. */
import { lookup as systemLookup, type LookupAddress } from 'node:dns';
import type { LookupFunction } from 'node:net';
import type { AllowList } from './allow';

/** As `dns.lookup` with `all`; tests bring their own. */
export type Resolve = (name: string, answer: (failure: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void) => void;

const system: Resolve = (name, answer) => {
  systemLookup(name, { all: true }, answer);
};

export const ADDRESS_NOT_ALLOWED = 'ADDRESS_NOT_ALLOWED';

/** A name led to an address that it must not lead to: an operator has to look at that. */
class AddressNotAllowed extends Error {
  readonly code = ADDRESS_NOT_ALLOWED;
}

export const guardedLookup =
  (allow: AllowList, resolve: Resolve = system): LookupFunction =>
  (name, options, answer) => {
    resolve(name, (failure, addresses) => {
      const refused = addresses.find(({ address }) => !allow.allowsAddress(address));
      const first = addresses[0];
      if (failure !== null) answer(failure, []);
      else if (refused !== undefined) answer(new AddressNotAllowed(`${name} leads to ${refused.address}`), []);
      else if (options.all === true || first === undefined) answer(null, addresses);
      else answer(null, first.address, first.family);
    });
  };
