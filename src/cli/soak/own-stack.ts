/** The soak's own stack: the same supervisor as `up -d`, in a folder of its own, on free ports, which outlives the driver. */
import { mkdirSync } from 'node:fs';
import { parseEnvironment, type Environment, type Variables } from '../../config/env';
import { variableNames } from '../../config/variables';
import { isAlive, signal } from '../../temporal/processes';
import type { Context } from '../context';
import { startInBackground } from '../stack/background';
import { runningStack, type StackRecord } from '../stack/record';
import { stopStack } from '../stack/stop';
import type { SoakFolder } from './folder';
import type { SoakPlan } from './plan';

export interface OwnStack {
  readonly environment: Environment;
  /** The stack as it is now; null while none is up. */
  record(): StackRecord | null;
  /** Finds it, or starts it. @returns which of the two */
  ensure(): Promise<'found' | 'started'>;
  /** Sends a signal to a part, to that process or to none. @returns false when it is gone */
  signal(identity: string, name: NodeJS.Signals): boolean;
  stop(): Promise<void>;
}

/** Ends the wait for a stack that is starting when the driver is told to stop. */
export function ownStack(context: Context, folder: SoakFolder, plan: SoakPlan, interrupted: AbortSignal): OwnStack {
  const variables = ownVariables(context.variables, folder.dataDir);
  const environment = parseEnvironment(variables, folder.path);
  const record = () => {
    const running = runningStack(folder.dataDir);
    return running?.ready === true ? running : null;
  };
  return {
    environment,
    record,
    async ensure() {
      if (record() !== null) return 'found';
      mkdirSync(folder.dataDir, { recursive: true });
      const onInterrupt = (handler: (name: NodeJS.Signals) => void) =>
        interrupted.addEventListener('abort', () => handler('SIGTERM'), { once: true });
      // No `.env` lies in the soak's folder: nothing but these variables decides what the stack is.
      const here: Context = { ...context, variables, folder: folder.path, environment: () => environment, onInterrupt };
      await startInBackground(here, folder.dataDir, { workers: plan.workers, kafka: plan.kafka });
      return 'started';
    },
    signal: (identity, name) => isAlive(identity) && signal(identity, name),
    stop: async () => void (await stopStack(folder.dataDir, () => undefined)),
  };
}

const OURS = new RegExp(`^(${variableNames.join('|')})$|^(KAFKA|HTTP|TEMPORAL)_`);

/** The process's variables without those that would tie the stack to the user's own servers, ports or logins. */
function ownVariables(given: Variables, dataDir: string): Variables {
  const { LOG_LEVEL } = given;
  return {
    ...Object.fromEntries(Object.entries(given).filter(([name]) => !OURS.test(name))),
    ...(LOG_LEVEL === undefined ? {} : { LOG_LEVEL }),
    ...{ DATA_DIR: dataDir, EVERGEN_PORT: '0', CRISIS_PORT: 'off', FLEET_PORT: 'off' },
    ...{ TEMPORAL_PORT: '0', TEMPORAL_UI_PORT: 'off', KAFKA_PORT: '0', LOG_FORMAT: 'json' },
  };
}
