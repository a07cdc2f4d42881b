/** `.env.example`, derived: every variable with what it is for and what it is when unset. A test holds the file against this. */
import { variables, variableNames } from './variables';

const HEAD = `# Copy to .env. A variable of the real environment wins over this file; an empty one counts as not set.\n`;

export function envExample(): string {
  const unset: Record<string, unknown> = variables.parse({});
  const blocks = variableNames.map((name) => {
    const value = unset[name];
    const standard = typeof value === 'string' || typeof value === 'number' ? String(value) : '';
    return `# ${variables.shape[name].description ?? ''}\n# ${name}=${standard}\n`;
  });
  return [HEAD, ...blocks].join('\n');
}
