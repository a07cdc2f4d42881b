/** The configuration of a single broker that is its own controller, on this machine only. */

export interface Place {
  /** 127.0.0.1 */
  host: string;
  port: number;
  controllerPort: number;
  /** Where its logs (the data) are. */
  logDir: string;
}

const lines = ({ host, port, controllerPort, logDir }: Place): Record<string, string | number | boolean> => ({
  'process.roles': 'broker,controller',
  'node.id': 1,
  'controller.quorum.voters': `1@${host}:${String(controllerPort)}`,
  listeners: `PLAINTEXT://${host}:${String(port)},CONTROLLER://${host}:${String(controllerPort)}`,
  'advertised.listeners': `PLAINTEXT://${host}:${String(port)}`,
  'controller.listener.names': 'CONTROLLER',
  'inter.broker.listener.name': 'PLAINTEXT',
  'listener.security.protocol.map': 'CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT',
  'log.dirs': logDir,
  // Records carry event time: what a job makes up for a past month would else be deleted at once, being older than a week.
  'log.retention.ms': -1,
  'num.partitions': 4,
  // evergen makes its topics itself; a misspelt one is to be an error.
  'auto.create.topics.enable': false,
  // One broker: nothing can be kept twice.
  'default.replication.factor': 1,
  'offsets.topic.replication.factor': 1,
  'offsets.topic.num.partitions': 4,
  'transaction.state.log.replication.factor': 1,
  'transaction.state.log.min.isr': 1,
  'transaction.state.log.num.partitions': 4,
  'share.coordinator.state.topic.replication.factor': 1,
  'share.coordinator.state.topic.min.isr': 1,
  // Back within 4 s after kill -9: with the standard 9 s of session it would be 16.
  'broker.session.timeout.ms': 1500,
  'broker.heartbeat.interval.ms': 300,
  'group.initial.rebalance.delay.ms': 0,
  'transaction.abort.timed.out.transaction.cleanup.interval.ms': 1000,
});

/** As server.properties. */
export const properties = (place: Place, more: Readonly<Record<string, string>> = {}): string =>
  Object.entries({ ...lines(place), ...more })
    .map(([key, value]) => `${key}=${String(value)}\n`)
    .join('');
