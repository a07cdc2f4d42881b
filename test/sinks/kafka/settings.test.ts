import { settingsOf } from '../../../src/sinks/kafka/settings';
import { SinkError } from '../../../src/sinks/sink';

const refusal = (env: Record<string, string>, target?: string): string => {
  try {
    settingsOf(env, target);
    return '';
  } catch (error) {
    if (error instanceof SinkError && !error.canRetry) return error.message;
    throw error;
  }
};

test('one line is enough where no login is asked for', () => {
  expect(settingsOf({ KAFKA_BOOTSTRAP: 'one:9092, two:9093' })).toEqual({
    brokers: ['one:9092', 'two:9093'],
    partitions: 4,
    replication: -1,
    encoder: 'evergen',
  });
});

test('a target has variables of its own, and none of the others: a password goes to its own brokers only', () => {
  const env = {
    KAFKA_BOOTSTRAP: 'here:1',
    KAFKA_SASL_MECHANISM: 'plain',
    KAFKA_SASL_USERNAME: 'ada',
    KAFKA_SASL_PASSWORD: 'secret',
    KAFKA_STAGING_BOOTSTRAP: 'there:2',
    KAFKA_STAGING_TOPIC_PARTITIONS: '12',
  };

  expect(settingsOf(env, 'staging')).toMatchObject({ brokers: ['there:2'], partitions: 12 });
  expect(settingsOf(env, 'staging').sasl).toBeUndefined();
  expect(settingsOf(env).sasl).toEqual({ mechanism: 'plain', username: 'ada', password: 'secret' });
});

test('all that is wrong is said at once, by the name of its variable and without its value, which may be a secret', () => {
  const said = refusal(
    {
      KAFKA_EU_BOOTSTRAP: 'nowhere',
      KAFKA_EU_SASL_MECHANISM: 'hunter2',
      KAFKA_EU_TLS: 'perhaps',
      KAFKA_EU_TLS_SERVER_CA_CERT_PATH: '/there/is/none.pem',
      KAFKA_EU_TOPIC_PARTITIONS: '0',
    },
    'eu',
  );

  for (const name of ['BOOTSTRAP', 'SASL_MECHANISM', 'TLS', 'TLS_SERVER_CA_CERT_PATH', 'TOPIC_PARTITIONS'])
    expect(said).toContain(`KAFKA_EU_${name} `);
  expect(said).not.toMatch(/hunter2|perhaps/);
});

test('what belongs together is asked for together', () => {
  expect(refusal({})).toContain('KAFKA_BOOTSTRAP is not set');
  expect(refusal({ KAFKA_BOOTSTRAP: 'a:1', KAFKA_SASL_MECHANISM: 'PLAIN', KAFKA_SASL_USERNAME: 'ada' })).toContain(
    'KAFKA_SASL_PASSWORD is missing',
  );
});

test('TLS is on when it is asked for or when a certificate says so', () => {
  expect(settingsOf({ KAFKA_BOOTSTRAP: 'a:1', KAFKA_TLS: 'true' }).ssl).toEqual({});
  expect(settingsOf({ KAFKA_BOOTSTRAP: 'a:1', KAFKA_TLS_SERVER_NAME: 'kafka' }).ssl).toEqual({ servername: 'kafka' });
  expect(settingsOf({ KAFKA_BOOTSTRAP: 'a:1', KAFKA_TLS: 'false', KAFKA_TLS_SERVER_NAME: 'kafka' }).ssl).toBeUndefined();
});
