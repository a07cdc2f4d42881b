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

const wholeNumber = (from: number, to: number, standard: number) =>
  z
    .string()
    .default(String(standard))
    .transform((value, context): number => {
      if (/^\d{1,9}$/.test(value) && Number(value) >= from && Number(value) <= to) return Number(value);
      context.addIssue({ code: 'custom', message: `must be a whole number from ${from} to ${to}, got ${JSON.stringify(value)}` });
      return z.NEVER;
    });

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

const number = (least: number, most: number) => {
  const allowed = `must be a number from ${String(least)} to ${String(most)}`;
  return z
    .string()
    .refine((value) => /^\d{1,6}$/.test(value) && Number(value) >= least && Number(value) <= most, {
      error: ({ input }) => `${allowed}, got ${JSON.stringify(input)}`,
    })
    .transform(Number);
};

export const variables = z.object({
  DATA_DIR: text.default('./data').describe('Where everything is kept: jobs and their data, the Temporal database, logs.'),

  EVERGEN_PORT: port(true, 8787).describe(
    'Everything: jobs, scenarios, documentation, metrics. A port is a number, 0 (a free one is taken) or off.',
  ),
  CRISIS_PORT: port(true, 8001).describe('The crisis intake at the root of a port of its own.'),
  FLEET_PORT: port(true, 18000).describe('The fleet generator at the root of a port of its own.'),
  FLEET_CONFIG: text
    .optional()
    .describe(
      'Configuration of the fleet generator; unset: src/config/config.active.yaml or src/generators/config.yaml, where one is there.',
    ),
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

  KAFKA_BOOTSTRAP: text
    .regex(/^[^\s:,/]+:\d{1,5}(\s*,\s*[^\s:,/]+:\d{1,5})*$/, {
      error: ({ input }) => `must be host:port, several separated by commas, got ${JSON.stringify(input)}`,
    })
    .optional()
    .describe(
      'Kafka brokers, host:port, separated by commas. All KAFKA_ variables are also read as KAFKA_<NAME>_…, for a sink with target: NAME.',
    ),
  KAFKA_PORT: port(false, 9092).describe('Port of the Kafka broker that `evergen up --kafka` starts where KAFKA_BOOTSTRAP names none.'),
  KAFKA_SASL_MECHANISM: text.optional().describe('plain, scram-sha-256 or scram-sha-512; unset: no login.'),
  KAFKA_SASL_USERNAME: text.optional().describe('Name for the login.'),
  KAFKA_SASL_PASSWORD: text.optional().describe('Password for the login.'),
  KAFKA_TLS: words('true', 'false').optional().describe("TLS with the system's certificate authorities."),
  KAFKA_TLS_SERVER_CA_CERT_PATH: text.optional().describe('Certificate authority of the brokers, a PEM file; switches TLS on.'),
  KAFKA_TLS_CLIENT_CERT_PATH: text.optional().describe('Client certificate, a PEM file.'),
  KAFKA_TLS_CLIENT_KEY_PATH: text.optional().describe('Key of the client certificate, a PEM file.'),
  KAFKA_TLS_SERVER_NAME: text.optional().describe("Name that the brokers' certificates carry, where it is not their host."),
  KAFKA_TOPIC_PARTITIONS: number(1, 10_000).default(4).describe('Partitions of topics that evergen makes.'),
  KAFKA_TOPIC_REPLICATION: number(1, 100).optional().describe("Replicas of topics that evergen makes; unset: the brokers' default."),
  KAFKA_ENCODER: words('evergen', 'kafkajs')
    .default('evergen')
    .describe('Who encodes record batches: evergen, or kafkajs, slower and byte for byte the same.'),
  TOPIC: text
    .regex(/^[\w.-]{1,249}$/, { error: ({ input }) => `must be the name of a topic, got ${JSON.stringify(input)}` })
    .default('dhcs_crisis_intake')
    .describe('Kafka topic of the crisis intake.'),

  HTTP_URL: text.optional().describe('Where sink http sends when a specification names no url; with target NAME it is HTTP_<NAME>_URL.'),
  HTTP_TOKEN: text
    .optional()
    .describe(
      'Goes with each request to the origin of HTTP_URL, and nowhere else, as "Authorization: Bearer <token>". Also HTTP_<NAME>_TOKEN.',
    ),
  HTTP_HEADERS: text.optional().describe('More headers for that origin, a JSON object {"name":"value"}. Also HTTP_<NAME>_HEADERS.'),
  EVERGEN_HTTP_ALLOW: list.describe(
    'Hosts that sink http may reach, separated by commas: example.com, *.example.com, * (any name), 10.0.0.7, 10.0.0.0/8, localhost; unset: localhost and the host of INGEST_API_URL.',
  ),
  INGEST_API_URL: text.optional().describe('Where the tutoring events are sent.'),
  STREAM_COUNT: wholeNumber(1, 100_000, 50).describe('Streams of a run of the tutoring simulator.'),
  EVENTS_PER_RUN: wholeNumber(1, 1_000_000, 10).describe('Events of each stream and run: 50 streams of 10 are 500 events.'),

  CONNECTOR_RATE_LIMIT: wholeNumber(1, 1_000_000, 100).describe('Requests a second that one caller of the email connector may send.'),

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
  KAFKA_BOOTSTRAP_SERVERS: 'KAFKA_BOOTSTRAP',
  KAFKA_BOOTSTRAP_SERVER: 'KAFKA_BOOTSTRAP',
  KAFKA_BROKERS: 'KAFKA_BOOTSTRAP',
  KAFKA_BROKER: 'KAFKA_BOOTSTRAP',
  BOOTSTRAP_SERVERS: 'KAFKA_BOOTSTRAP',
  KAFKA_USERNAME: 'KAFKA_SASL_USERNAME',
  KAFKA_PASSWORD: 'KAFKA_SASL_PASSWORD',
  KAFKA_TOPIC: 'TOPIC',
  LOGLEVEL: 'LOG_LEVEL',
  LOGFORMAT: 'LOG_FORMAT',
};
