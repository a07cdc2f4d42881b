/** Where the brokers are and how to be let in: from the worker's environment alone, so that neither a specification nor Temporal's history holds it. */
import { readFileSync } from 'node:fs';
import type { ConnectionOptions } from 'node:tls';
import type { SASLOptions } from 'kafkajs';
import { z } from 'zod';
import { SinkError, type SinkDeps } from '../sink';

export interface Settings {
  /** host:port, at least one. */
  readonly brokers: string[];
  readonly ssl?: ConnectionOptions;
  readonly sasl?: SASLOptions;
  /** Of topics that evergen makes. */
  readonly partitions: number;
  /** −1: the broker's default. */
  readonly replication: number;
  /** `kafkajs`: record batches are encoded by kafkajs, for comparison. */
  readonly encoder: 'evergen' | 'kafkajs';
}

const flag = z.enum(['true', 'false'], 'must be true or false');
const count = (most: number) =>
  z
    .string()
    .refine((text) => /^\d{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= most, `must be a number from 1 to ${String(most)}`)
    .transform(Number);
const file = z.string().transform((path, context) => {
  try {
    return readFileSync(path);
  } catch (error) {
    context.addIssue({ code: 'custom', message: `cannot be read: ${error instanceof Error ? error.message : String(error)}` });
    return z.NEVER;
  }
});
const MECHANISMS = ['plain', 'scram-sha-256', 'scram-sha-512'] as const;

/** By the part of the name after `KAFKA_` or `KAFKA_<TARGET>_`. */
const variables = z.object({
  BOOTSTRAP: z
    .string('is not set: host:port of the brokers, separated by commas')
    .regex(/^[^\s:,/]+:\d{1,5}(\s*,\s*[^\s:,/]+:\d{1,5})*$/, 'must be host:port, several separated by commas')
    .transform((text) => text.split(/\s*,\s*/)),
  SASL_MECHANISM: z
    .string()
    .toLowerCase()
    .pipe(z.enum(MECHANISMS, `must be ${MECHANISMS.join(', ')}`))
    .optional(),
  SASL_USERNAME: z.string().optional(),
  SASL_PASSWORD: z.string().optional(),
  TLS: flag.optional(),
  TLS_SERVER_CA_CERT_PATH: file.optional(),
  TLS_CLIENT_CERT_PATH: file.optional(),
  TLS_CLIENT_KEY_PATH: file.optional(),
  TLS_SERVER_NAME: z.string().optional(),
  TOPIC_PARTITIONS: count(10_000).default(4),
  TOPIC_REPLICATION: count(100).default(-1),
  ENCODER: z.enum(['evergen', 'kafkajs'], 'must be evergen or kafkajs').default('evergen'),
});

/**
 * @param target the specification's `target`: its variables are `KAFKA_<TARGET>_…`; undefined: `KAFKA_…`
 * @throws SinkError that says all that is wrong, without any value that might be a secret
 */
export function settingsOf(env: SinkDeps['env'], target?: string): Settings {
  const { given, problems } = readSettings(env, target);
  if (given === undefined || problems.length > 0)
    throw new SinkError(
      `the worker's settings for Kafka: ${problems.join('; ')}. Set them, start the worker anew and resume the job`,
      false,
    );
  const { BOOTSTRAP: brokers, TOPIC_PARTITIONS: partitions, TOPIC_REPLICATION: replication, ENCODER: encoder } = given;
  const [ssl, sasl] = [sslOf(given), saslOf(given)];
  return { brokers, partitions, replication, encoder, ...(ssl === undefined ? {} : { ssl }), ...(sasl === undefined ? {} : { sasl }) };
}

/** What is wrong with them, one sentence each, that begins with the variable's name. */
export const settingsProblems = (env: SinkDeps['env'], target?: string): readonly string[] => readSettings(env, target).problems;

function readSettings(env: SinkDeps['env'], target?: string): { given: Variables | undefined; problems: readonly string[] } {
  const prefix = target === undefined ? 'KAFKA_' : `KAFKA_${target.toUpperCase()}_`;
  const own = Object.keys(variables.shape).flatMap((name) => {
    const value = env[prefix + name];
    return value === undefined || value === '' ? [] : [[name, value] as const];
  });
  const parsed = variables.safeParse(Object.fromEntries(own));
  const problems = parsed.success
    ? contradictions(parsed.data)
    : parsed.error.issues.map(({ path, message }) => `${path.join('_')} ${message}`);
  return { given: parsed.data, problems: problems.map((problem) => prefix + problem) };
}

type Variables = z.output<typeof variables>;

const together = (given: Readonly<Record<string, unknown>>): string[] => {
  const missing = Object.keys(given).filter((name) => given[name] === undefined);
  const some = missing.length > 0 && missing.length < Object.keys(given).length;
  return some ? missing.map((name) => `${name} is missing: ${Object.keys(given).join(', ')} are set together`) : [];
};

const contradictions = ({
  SASL_MECHANISM,
  SASL_USERNAME,
  SASL_PASSWORD,
  TLS_CLIENT_CERT_PATH,
  TLS_CLIENT_KEY_PATH,
}: Variables): string[] => [
  ...together({ SASL_MECHANISM, SASL_USERNAME, SASL_PASSWORD }),
  ...together({ TLS_CLIENT_CERT_PATH, TLS_CLIENT_KEY_PATH }),
];

function sslOf(given: Variables): ConnectionOptions | undefined {
  const { TLS, TLS_SERVER_CA_CERT_PATH: ca, TLS_CLIENT_CERT_PATH: cert, TLS_CLIENT_KEY_PATH: key, TLS_SERVER_NAME: servername } = given;
  const details = Object.entries({ ca, cert, key, servername }).filter(([, value]) => value !== undefined);
  return TLS === 'false' || (TLS === undefined && details.length === 0) ? undefined : Object.fromEntries(details);
}

function saslOf({ SASL_MECHANISM: mechanism, SASL_USERNAME: username, SASL_PASSWORD: password }: Variables): SASLOptions | undefined {
  if (mechanism === undefined || username === undefined || password === undefined) return undefined;
  return { mechanism, username, password };
}
