/** The environment variables that evergen reads, one line each: the parser, `.env.example` and the error messages all derive from here. */
import { z } from 'zod';

const text = z.string().min(1);

/** A port is a number, 0 (take a free one) or `off` (null). */
const port = (allowOff: boolean, standard: number) => {
  const allowed = allowOff ? 'a port 0-65535 or "off"' : 'a port 0-65535';
  return z
    .string()
    .default(String(standard))
    .transform((value, context): number | null => {
      if (allowOff && value === 'off') return null;
      if (/^\d{1,5}$/.test(value) && Number(value) <= 65535) return Number(value);
      context.addIssue({ code: 'custom', message: `must be ${allowed}, got ${JSON.stringify(value)}` });
      return z.NEVER;
    });
};

const list = z
  .string()
  .default('')
  .transform((value) =>
    value
      .split(',')
      .map((item) => item.trim())
      .filter((item) => item !== ''),
  );

const words = <T extends string>(...allowed: [T, ...T[]]) =>
  z.enum(allowed, { error: ({ input }) => `must be ${allowed.join(', ')}, got ${JSON.stringify(input)}` });

export const variables = z.object({
  DATA_DIR: text.default('./data').describe('Where everything is kept: jobs and their data, the Temporal database, logs.'),

  EVERGEN_PORT: port(true, 8787).describe(
    'Everything: jobs, scenarios, documentation, metrics. A port is a number, 0 (a free one is taken) or off.',
  ),
  CRISIS_PORT: port(true, 8001).describe('The crisis intake at the root of a port of its own.'),
  FLEET_PORT: port(true, 18000).describe('The fleet generator at the root of a port of its own.'),
  EVERGEN_HOST: text
    .optional()
    .describe('Address to listen on; unset: loopback only (127.0.0.1 and ::1). Another one needs EVERGEN_TOKEN or EVERGEN_AUTH=none.'),
  EVERGEN_TOKEN: text.optional().describe('When set, every call carries "Authorization: Bearer <token>".'),
  EVERGEN_AUTH: words('token', 'none')
    .optional()
    .describe('"none" says on purpose that a server reachable from outside takes calls without a token.'),
  EVERGEN_ALLOWED_HOSTS: list.describe('Host names that callers may use, separated by commas; unset: loopback names and EVERGEN_HOST.'),
  EVERGEN_CORS_ORIGINS: list.describe('Origins of other web pages that may call the API, separated by commas; unset: none.'),

  TEMPORAL_ADDRESS: text
    .regex(/^(\[[0-9a-fA-F:]+\]|[^\s:/]+):\d{1,5}$/, { error: ({ input }) => `must be host:port, got ${JSON.stringify(input)}` })
    .optional()
    .describe('A Temporal server of yours, host:port. Unset: `evergen up` starts its own.'),
  TEMPORAL_NAMESPACE: text.default('default').describe('Temporal namespace.'),
  TEMPORAL_API_KEY: text.optional().describe('API key of a Temporal namespace; switches TLS on.'),
  TEMPORAL_TLS: words('true', 'false').optional().describe("TLS with the system's certificate authorities."),
  TEMPORAL_TLS_CLIENT_CERT_PATH: text.optional().describe('Client certificate, a PEM file.'),
  TEMPORAL_TLS_CLIENT_KEY_PATH: text.optional().describe('Key of the client certificate, a PEM file.'),
  TEMPORAL_TLS_SERVER_CA_CERT_PATH: text.optional().describe('Certificate authority of the server, a PEM file.'),
  TEMPORAL_TLS_SERVER_NAME: text
    .optional()
    .describe("Name that the server's certificate carries, where it is not the host of TEMPORAL_ADDRESS."),
  TEMPORAL_PORT: port(false, 7233).describe('Port of the Temporal server that `evergen up` starts.'),
  TEMPORAL_UI_PORT: port(true, 8233).describe('Port of its Web UI.'),
  TEMPORAL_UI_URL: z.url().optional().describe('Address of the Web UI that belongs to TEMPORAL_ADDRESS, for links.'),

  KAFKA_BOOTSTRAP: text.optional().describe('Kafka brokers, host:port, separated by commas.'),
  KAFKA_PORT: port(false, 9092).describe('Port of the Kafka broker that `evergen up --kafka` starts where KAFKA_BOOTSTRAP names none.'),

  LOG_LEVEL: words('debug', 'info', 'warn', 'error')
    .default('info')
    .describe('Least important level that is logged: debug, info, warn or error.'),
  LOG_FORMAT: words('json', 'text').optional().describe('json or text; unset: text on a terminal, else json.'),
});

export type VariableName = keyof typeof variables.shape;
export const variableNames = Object.keys(variables.shape) as VariableName[];

/** Names that other programs use for the same thing. */
export const otherNames: Readonly<Record<string, VariableName>> = {
  DATA_FOLDER: 'DATA_DIR',
  DATADIR: 'DATA_DIR',
  TEMPORAL_HOST: 'TEMPORAL_ADDRESS',
  TEMPORAL_HOST_PORT: 'TEMPORAL_ADDRESS',
  TEMPORAL_HOSTPORT: 'TEMPORAL_ADDRESS',
  TEMPORAL_CLI_ADDRESS: 'TEMPORAL_ADDRESS',
  TEMPORAL_TLS_CERT: 'TEMPORAL_TLS_CLIENT_CERT_PATH',
  TEMPORAL_TLS_KEY: 'TEMPORAL_TLS_CLIENT_KEY_PATH',
  TEMPORAL_TLS_CA: 'TEMPORAL_TLS_SERVER_CA_CERT_PATH',
  LOGLEVEL: 'LOG_LEVEL',
  LOGFORMAT: 'LOG_FORMAT',
};
