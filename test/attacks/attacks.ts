/**
 * The attacks of SECURITY.md: where the defence stands, how to take it out, and the test that must fail then. `attacks.test.ts` holds this list against
 * the document and the code; `npm run attacks` takes each defence out and runs its test.
 */
export interface Attack {
  /** As the row of SECURITY.md begins. */
  readonly attack: string;
  /** The defence: this text of this file … */
  readonly file: string;
  readonly defence: string;
  /** … put out of force by this one. */
  readonly without: string;
  /** Who notices: a test file, and the beginning of a test's name. */
  readonly test: string;
  readonly name: string;
}

export const attacks: readonly Attack[] = [
  {
    attack: 'A web page points a name of its own at 127.0.0.1 (DNS rebinding)',
    file: 'src/api/guards.ts',
    defence: '(name !== undefined && allowedHosts.includes(name))',
    without: 'name !== undefined',
    test: 'test/api/guards.test.ts',
    name: 'a call to host',
  },
  {
    attack: 'A web page elsewhere posts to the API (cross-site call)',
    file: 'src/api/guards.ts',
    defence: 'if (!corsOrigins.includes(origin))',
    without: "if (corsOrigins.includes('never'))",
    test: 'test/api/guards.test.ts',
    name: 'a page of another origin may not press our buttons',
  },
  {
    attack: 'A call without the token, or with a wrong one',
    file: 'src/api/guards.ts',
    defence: 'timingSafeEqual(digest(given), wanted)',
    without: 'timingSafeEqual(wanted, wanted)',
    test: 'test/api/guards.test.ts',
    name: 'with a token every call needs it',
  },
  {
    attack: 'A path that only looks like a page, to get past the token',
    file: 'src/api/guards.ts',
    defence: '(?:docs(?:\\/.*)?)?$|',
    without: '(?:docs.*)?$|',
    test: 'test/api/guards.test.ts',
    name: 'with a token every call needs it',
  },
  {
    attack: 'The API is opened to the network by accident',
    file: 'src/config/env.ts',
    defence: "if (host !== undefined && !isLoopback(host) && token === undefined && auth !== 'none') {",
    without: "if (host === 'never') {",
    test: 'test/config/env.test.ts',
    name: 'an address that others can reach needs a token',
  },
  {
    attack: 'A body that fills the memory',
    file: 'src/api/body.ts',
    defence: "const LIMIT = '1mb'",
    without: "const LIMIT = '1gb'",
    test: 'test/api/generate-input.test.ts',
    name: 'a body of 2 MiB',
  },
  {
    attack: 'A key given twice, of which a reviewer reads one and the parser the other',
    file: 'src/api/body.ts',
    defence: 'if (duplicates.length === 0) return read(value);',
    without: 'if (duplicates.length >= 0) return read(value);',
    test: 'test/api/generate-input.test.ts',
    name: '',
  },
  {
    attack: 'Data that leaves the data directory: a path with .. or a leading /',
    file: 'src/sinks/disk/index.ts',
    defence: '.refine(isRelativePath,',
    without: '.refine(() => true,',
    test: 'test/sinks/disk/index.test.ts',
    name: '',
  },
  {
    attack: 'Data that leaves the data directory: a symbolic link in it',
    file: 'src/sinks/disk/layout.ts',
    defence: "if (found.startsWith(root === '/' ? root : `${root}/`)) return found;",
    without: "if (found !== '') return found;",
    test: 'test/sinks/disk/index.test.ts',
    name: '',
  },
  {
    attack: 'A clean that deletes what somebody else put there',
    file: 'src/sinks/folders/survey.ts',
    defence: "const ours = kind === 'folder' && (await readMeta(files, folder))?.batch_id === batchId(place.kind, number);",
    without: 'const ours = number >= 0;',
    test: 'test/sinks/folders/clean.test.ts',
    name: 'what evergen did not write',
  },
  {
    attack: 'A job that makes the worker call what only it can reach (SSRF)',
    file: 'src/sinks/http/target.ts',
    defence: 'if (url !== null && !allow.allowsHost(url.hostname))',
    without: 'if (url === undefined)',
    test: 'test/sinks/http/target.test.ts',
    name: 'where to a host that is not allowed is refused',
  },
  {
    attack: 'The same through loopback in IPv6 clothes, NAT64 or 6to4',
    file: 'src/sinks/http/allow.ts',
    defence: '(ORDINARY.has(address.range()) && ',
    without: '(address.range().length > 0 && ',
    test: 'test/sinks/http/allow.test.ts',
    name: '',
  },
  {
    attack: "The same to a cloud's metadata service",
    file: 'src/sinks/http/allow.ts',
    defence: ' && !METADATA.has(address.toString())',
    without: '',
    test: 'test/sinks/http/allow.test.ts',
    name: '',
  },
  {
    attack: 'The same by a name that answers otherwise after the check (DNS rebinding of the target)',
    file: 'src/sinks/http/lookup.ts',
    defence: 'addresses.find(({ address }) => !allow.allowsAddress(address))',
    without: 'addresses.find(({ address }) => address === undefined)',
    test: 'test/sinks/http/delivery.test.ts',
    name: '',
  },
  {
    attack: 'The same by a redirect',
    file: 'src/sinks/http/verdict.ts',
    defence: 'if (status >= 300 && status < 400) {',
    without: 'if (status === 0) {',
    test: 'test/sinks/http/delivery.test.ts',
    name: 'a redirect is followed nowhere',
  },
  {
    attack: 'The same by another scheme (file:, ftp:)',
    file: 'src/sinks/http/url.ts',
    defence: "if (protocol !== 'http:' && protocol !== 'https:')",
    without: "if (protocol === 'never:')",
    test: 'test/sinks/http/target.test.ts',
    name: 'where to',
  },
  {
    attack: 'A password in a specification, which is kept in a history and shown to all',
    file: 'src/sinks/http/url.ts',
    defence: "if (username !== '' || password !== '')",
    without: "if (username === 'never')",
    test: 'test/sinks/http/target.test.ts',
    name: 'where to',
  },
  {
    attack: "A job that sends the worker's credentials to an address of its own",
    file: 'src/sinks/http/target.ts',
    defence: 'headers: isOwn ? credentials : {}',
    without: 'headers: credentials',
    test: 'test/sinks/http/target.test.ts',
    name: '',
  },
  {
    attack: 'A secret that shows in a log',
    file: 'src/log.ts',
    defence: 'paths: SECRET.flatMap(',
    without: 'paths: [].flatMap(',
    test: 'test/log.test.ts',
    name: 'secrets in the metadata are not written',
  },
  {
    attack: 'An error that shows how the program is made',
    file: 'src/api/problem.ts',
    defence: 'new HttpError(500, `an unexpected fault; the log has it under request ${id}`)',
    without: 'new HttpError(500, `${id} ${(failure as Error).stack ?? ""}`)',
    test: 'test/api/guards.test.ts',
    name: 'a fault of ours shows a request id and no stack',
  },
  {
    attack: 'A script from elsewhere in one of our pages',
    file: 'src/api/guards.ts',
    defence: "default-src 'none'; script-src 'self'",
    without: 'default-src *; script-src *',
    test: 'test/api/docs.test.ts',
    name: 'the content security policy lets nothing in from outside',
  },
  {
    attack: 'A job id or run that is a path',
    file: 'src/spec/job-spec.ts',
    defence: 'const ID = /^[a-z0-9][a-z0-9-]{0,62}$/;',
    without: 'const ID = /^.{1,63}$/;',
    test: 'test/spec/job-spec.test.ts',
    name: 'an id that is a path',
  },
];
