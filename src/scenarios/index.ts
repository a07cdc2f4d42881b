/** The scenarios evergen knows: one line each. */
import { createRegistry } from '../registry';
import type { ScenarioDefinition } from './scenario';

export const scenarios = createRegistry<ScenarioDefinition>('scenario', []);
