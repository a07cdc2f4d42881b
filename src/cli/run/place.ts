/** Where `run` takes place: the stack that is up, or one for its own time. */
import type { Environment, Variables } from '../../config/env';
import { portState } from '../../temporal/free-port';
import { temporalSettings } from '../../temporal/connect';
import type { Context } from '../context';
import { EXIT, Ending } from '../exit';
import type { StackRecord } from '../stack/record';
import { lookForStack, type FoundStack } from '../stack/find';
import { NoLongerWanted } from '../stack/part';
import { startStack } from '../stack/stack';
import { hooksOf } from '../up';

export interface Place {
  found: FoundStack;
  /** Ends with this process. */
  own: boolean;
  /** Of an own stack. */
  record?: Readonly<StackRecord>;
  /** Ends an own stack; leaves a shared one alone. */
  leave(): Promise<void>;
}

export interface PlaceWishes {
  /** Whether an own stack has a facade. */
  facade: boolean;
  /** Aborting it ends an unfinished start. */
  signal: AbortSignal;
}

/** @throws Ending with code 130 when the start was interrupted; what kept a stack from starting */
export async function findPlace(context: Context, { facade, signal }: PlaceWishes): Promise<Place> {
  const environment = context.environment();
  const found = lookForStack(environment);
  if (found !== null) return { found, own: false, leave: () => Promise.resolve() };
  const ports = await freePorts(environment, facade);
  for (const { name, port } of ports.taken) context.say(`${name}: port ${String(port)} is taken, using a free one`);
  context.say(facade ? 'starting Temporal, worker and facade' : 'no stack is up: starting Temporal and a worker for the time of this run');
  try {
    const stack = await startStack({
      environment: ports.environment,
      variables: { ...context.variables, ...ports.variables },
      folder: context.folder,
      facade,
      hooks: hooksOf(context),
      say: context.say,
      signal,
    });
    const { temporal, kafka, addresses } = stack.record;
    const own = temporalSettings(environment, temporal?.address);
    return {
      found: { temporal: own, uiUrl: temporal?.ui_url ?? null, kafka: kafka ?? environment.KAFKA_BOOTSTRAP ?? null, addresses },
      own: true,
      record: stack.record,
      leave: () => stack.stop(),
    };
  } catch (error) {
    if (signal.aborted && error instanceof NoLongerWanted) throw new Ending(EXIT.interrupted);
    throw error;
  }
}

type PortName = 'TEMPORAL_PORT' | 'TEMPORAL_UI_PORT' | 'EVERGEN_PORT' | 'CRISIS_PORT' | 'FLEET_PORT';

/** A run has no use for a certain port: one that is taken becomes 0, any. */
async function freePorts(
  environment: Environment,
  facade: boolean,
): Promise<{ environment: Environment; variables: Variables; taken: { name: PortName; port: number }[] }> {
  const names: PortName[] = [
    'TEMPORAL_PORT',
    'TEMPORAL_UI_PORT',
    ...(facade ? (['EVERGEN_PORT', 'CRISIS_PORT', 'FLEET_PORT'] as const) : []),
  ];
  const hosts = ['127.0.0.1', '::1'];
  const asked = await Promise.all(
    names.map(async (name) => {
      const port = environment[name];
      if (port === null || port === 0) return [];
      const states = await Promise.all(hosts.map((host) => portState(host, port)));
      return states.every((state) => state !== 'taken') ? [] : [{ name, port }];
    }),
  );
  const taken = asked.flat();
  return {
    environment: { ...environment, ...Object.fromEntries(taken.map(({ name }) => [name, 0])) },
    variables: Object.fromEntries(taken.map(({ name }) => [name, '0'])),
    taken,
  };
}
