/** The scenarios evergen knows: one line each. */
import { createRegistry } from '../registry';
import { crisis } from './crisis';
import { custom } from './custom';
import { email } from './email';
import { fleet } from './fleet';
import type { ScenarioDefinition } from './scenario';
import { tutoring } from './tutoring';

export const scenarios = createRegistry<ScenarioDefinition>('scenario', [crisis, fleet, tutoring, email, custom]);
