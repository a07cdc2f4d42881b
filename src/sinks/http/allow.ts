/**
 * Which hosts an http sink may reach, so that whoever may start a job cannot make a worker call whatever the worker can reach. Names are checked
 * before a job is started, addresses at every connection: a name may answer with another address by then.
 */
import ipaddr from 'ipaddr.js';

type Address = ipaddr.IPv4 | ipaddr.IPv6;
type Block = [Address, number];

/** Addresses that a listed name may lead to. All others (loopback, link-local, multicast, translated, …) must be listed as addresses. */
const ORDINARY: ReadonlySet<string> = new Set(['unicast', 'private', 'uniqueLocal', 'carrierGradeNat']);
/** Where clouds tell a machine its own credentials, outside of the link-local block: AWS over IPv6, Alibaba, Azure. */
const METADATA = new Set(['fd00:ec2::254', '100.100.100.200', '168.63.129.16']);

const LOOPBACK: Block[] = [ipaddr.parseCIDR('127.0.0.0/8'), ipaddr.parseCIDR('::1/128')];
const NAME = /^(\*\.)?([a-z0-9_]([a-z0-9_-]*[a-z0-9_])?\.)*[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?$/;

export class AllowList {
  private readonly names = new Set<string>();
  /** `.example.com` of `*.example.com`. */
  private readonly domains: string[] = [];
  private readonly blocks: Block[] = [];
  /** Items that are no pattern. */
  readonly wrong: string[] = [];

  /** @param patterns `example.com`, `*.example.com`, `*` (any name), `10.0.0.7`, `10.0.0.0/8`, `fd00::/8`, `localhost` (all of loopback) */
  constructor(patterns: readonly string[]) {
    for (const given of patterns) {
      const pattern = plain(given);
      const block = blockOf(pattern);
      if (block !== null) this.blocks.push(block);
      else if (pattern === 'localhost') {
        this.names.add('localhost');
        this.domains.push('.localhost');
        this.blocks.push(...LOOPBACK);
      } else if (pattern === '*') this.domains.push('');
      else if (!NAME.test(pattern)) this.wrong.push(given);
      else if (pattern.startsWith('*.')) this.domains.push(pattern.slice(1));
      else this.names.add(pattern);
    }
  }

  /** @param host of a parsed URL: by then every spelling of an address is the usual one */
  allowsHost(host: string): boolean {
    const name = plain(host);
    if (ipaddr.isValid(name)) return this.listed(ipaddr.process(name));
    return this.names.has(name) || this.domains.some((domain) => name.endsWith(domain));
  }

  /** @param text an address that an allowed name has led to */
  allowsAddress(text: string): boolean {
    // An IPv4 address in IPv6 clothes is judged as what it is.
    const address = ipaddr.process(text);
    return this.listed(address) || (ORDINARY.has(address.range()) && !METADATA.has(address.toString()));
  }

  private listed(address: Address): boolean {
    return this.blocks.some(([block, bits]) => block.kind() === address.kind() && address.match([block, bits]));
  }
}

/** From EVERGEN_HTTP_ALLOW; unset: loopback, and the host that INGEST_API_URL names. */
export function allowListOf(env: Readonly<Record<string, string | undefined>>): AllowList {
  const { EVERGEN_HTTP_ALLOW: said, INGEST_API_URL: ingest } = env;
  if (said !== undefined && said !== '') return new AllowList(said.split(',').flatMap((item) => (item.trim() === '' ? [] : [item.trim()])));
  return new AllowList(['localhost', ...(ingest !== undefined && URL.canParse(ingest) ? [new URL(ingest).hostname] : [])]);
}

/** Lower case, no brackets around an IPv6 address, no dot at the end. */
const plain = (host: string): string =>
  host
    .toLowerCase()
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/\.$/, '');

function blockOf(pattern: string): Block | null {
  if (ipaddr.isValidCIDR(pattern)) return ipaddr.parseCIDR(pattern);
  // Not `isValid` alone: it takes "1" for an address.
  if (!ipaddr.IPv4.isValidFourPartDecimal(pattern) && !ipaddr.IPv6.isValid(pattern)) return null;
  const address = ipaddr.process(pattern);
  return [address, address.kind() === 'ipv4' ? 32 : 128];
}
