/** A folder of plug-ins (scenarios, sinks) as one list: look-up by name, and the one zod schema by which specifications choose among them. */
import { z } from 'zod';
import { editDistance } from './edit-distance';
import { explain } from './explain';

/** What scenarios and sinks have in common. Only scenarios have a version. */
export interface Plugin {
  readonly name: string;
  readonly summary: string;
  readonly options: z.ZodObject;
  readonly version?: number;
}

/**
 * A plug-in and its options after validation, defaults filled in. `{ name, version, ...options }` is its form on the wire,
 * and parses to the same choice again.
 */
export interface Choice {
  readonly name: string;
  /** Present exactly when the plug-in has versions. */
  readonly version?: number;
  readonly options: Readonly<Record<string, unknown>>;
}

export const wireForm = ({ options, ...named }: Choice): Record<string, unknown> => ({ ...named, ...options });

export interface Registry<P extends Plugin> {
  readonly plugins: readonly P[];
  readonly names: readonly string[];
  /** @throws UnknownName, whose message lists the known names. */
  get(name: string): P;
  /** Accepts `'crisis'` or `{ name: 'crisis', version: 1, …options }`; every problem is reported, each at its path. */
  readonly choice: z.ZodType<Choice>;
}

class UnknownName extends Error {
  readonly code = 'UNKNOWN_NAME';
}

/** Keys that the wire form takes for itself. */
const RESERVED = ['name', 'version'];

/** @param kind what the plug-ins are, for messages: `scenario`, `sink` */
export function createRegistry<P extends Plugin>(kind: string, plugins: readonly P[]): Registry<P> {
  const byName = new Map<string, P>();
  for (const plugin of plugins) {
    if (byName.has(plugin.name)) throw new Error(`${kind} ${plugin.name} is registered twice`);
    for (const key of RESERVED) {
      if (key in plugin.options.shape) throw new Error(`${kind} ${plugin.name}: an option cannot be called ${key}`);
    }
    byName.set(plugin.name, plugin);
  }
  const names = [...byName.keys()];
  const unknown = (name: string) => {
    const near = nearest(name, names);
    return `unknown ${kind} '${name}'${near === undefined ? '' : `: did you mean '${near}'?`} (known: ${names.join(', ')})`;
  };

  return {
    plugins,
    names,
    get(name) {
      const plugin = byName.get(name);
      if (plugin === undefined) throw new UnknownName(unknown(name));
      return plugin;
    },
    // Not a z.union: its error would be one lump ("no alternative matches") in place of the problems themselves.
    choice: z
      .unknown()
      .meta({ description: `A ${kind}: its name, or its name with its options.`, anyOf: [{ enum: names }, ...plugins.map(wireSchema)] })
      .transform((input, ctx): Choice => {
        const parsed = parseChoice(kind, byName, unknown, input);
        for (const issue of parsed.issues) ctx.issues.push({ code: 'custom', input, ...issue });
        return parsed.choice;
      }),
  };
}

interface Problem {
  path: PropertyKey[];
  message: string;
}

function parseChoice<P extends Plugin>(
  kind: string,
  byName: ReadonlyMap<string, P>,
  unknown: (name: string) => string,
  input: unknown,
): { choice: Choice; issues: Problem[] } {
  const refused = (path: PropertyKey[], message: string) => ({ choice: { name: '', options: {} }, issues: [{ path, message }] });
  const wire = typeof input === 'string' ? { name: input } : input;
  if (typeof wire !== 'object' || wire === null || Array.isArray(wire)) {
    return refused(
      [],
      `${input === undefined ? 'is missing:' : 'must be'} the name of a ${kind}, or an object { name, … } (known: ${[...byName.keys()].join(', ')})`,
    );
  }
  const { name, version, ...rest }: { name?: unknown; version?: unknown } = wire;
  if (typeof name !== 'string')
    return refused(
      ['name'],
      `${name === undefined ? 'is missing:' : 'must be'} the name of a ${kind} (known: ${[...byName.keys()].join(', ')})`,
    );
  const plugin = byName.get(name);
  if (plugin === undefined) return refused(typeof input === 'string' ? [] : ['name'], unknown(name));

  const issues: Problem[] = [];
  if (version !== undefined && version !== plugin.version) {
    issues.push({
      path: ['version'],
      message:
        plugin.version === undefined
          ? `${kind} ${name} has no versions`
          : `this evergen makes version ${plugin.version} of ${name}, not ${JSON.stringify(version)}: another version's bytes need the evergen that made them`,
    });
  }
  const options = plugin.options.strict().safeParse(rest, { error: explain, reportInput: true });
  for (const issue of options.error?.issues ?? []) {
    if (issue.code !== 'unrecognized_keys') issues.push({ path: [...issue.path], message: issue.message });
    else for (const key of issue.keys) issues.push({ path: [...issue.path, key], message: unknownOption(plugin, issue.path, key) });
  }
  const chosen = { name, options: options.data ?? {} };
  return { choice: plugin.version === undefined ? chosen : { ...chosen, version: plugin.version }, issues };
}

function unknownOption(plugin: Plugin, path: readonly PropertyKey[], key: string): string {
  const known = path.length === 0 ? Object.keys(plugin.options.shape) : [];
  const near = nearest(key, known);
  if (near !== undefined) return `unknown option: did you mean '${near}'?`;
  if (known.length > 0) return `unknown option (known: ${known.join(', ')})`;
  return path.length === 0 ? `unknown option: ${plugin.name} has none` : 'unknown option';
}

/** JSON Schema of the object form of one plug-in. */
function wireSchema(plugin: Plugin): Record<string, unknown> {
  const options = z.toJSONSchema(plugin.options.strict(), { io: 'input' });
  delete options.$schema;
  return {
    ...options,
    description: plugin.summary,
    properties: {
      name: { const: plugin.name },
      ...(plugin.version === undefined ? {} : { version: { const: plugin.version } }),
      ...options.properties,
    },
    required: ['name', ...(options.required ?? [])],
  };
}

/** The known name that is a slip of the keyboard away from `name`; undefined when none is near. */
export function nearest(name: string, known: readonly string[]): string | undefined {
  const ranked = known
    .map((candidate) => ({ candidate, distance: editDistance(name.toLowerCase(), candidate.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance);
  const best = ranked[0];
  return best !== undefined && best.distance <= Math.max(1, Math.floor(name.length / 3)) ? best.candidate : undefined;
}
