/**
 * Log lines, the same from every part: `{timestamp, component, run_id, level, message, metadata}` as one JSON object a line, or as text for people.
 * The arguments are those of Temporal's own logger, so that a `Logger` can be given to its runtime as it is.
 */
import pino from 'pino';
import pretty from 'pino-pretty';

export type Level = 'debug' | 'info' | 'warn' | 'error';
type Metadata = Record<string, unknown>;

export interface Logger {
  /** Temporal's way in; TRACE is written as debug. */
  log(level: 'TRACE' | 'DEBUG' | 'INFO' | 'WARN' | 'ERROR', message: string, metadata?: Metadata): void;
  trace(message: string, metadata?: Metadata): void;
  debug(message: string, metadata?: Metadata): void;
  info(message: string, metadata?: Metadata): void;
  warn(message: string, metadata?: Metadata): void;
  error(message: string, metadata?: Metadata): void;
  /** The same destination with another component or run. */
  of(who: { component?: string; runId?: string | null }): Logger;
}

export interface LogOptions {
  /** Which part speaks: `up`, `worker`, `facade`, `temporal`. */
  component: string;
  level: Level;
  format: 'json' | 'text';
  /** Colours in text; by default none. */
  colour?: boolean;
  /** Takes whole lines; standard output by default. */
  destination?: { write(line: string): unknown };
}

/** Names of fields whose values never reach a log, at any of the first three levels of the metadata. */
const SECRET = [
  'token',
  'apiKey',
  'api_key',
  'password',
  'secret',
  'authorization',
  'Authorization',
  'cookie',
  'EVERGEN_TOKEN',
  'TEMPORAL_API_KEY',
];
const redact = {
  paths: SECRET.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]),
  censor: '[not shown]',
};

export function createLogger({ component, level, format, colour, destination }: LogOptions): Logger {
  const lines =
    format === 'text'
      ? textLines(destination ?? process.stdout, colour ?? false)
      : (destination ?? pino.destination({ dest: 1, sync: true }));
  const root = pino(
    {
      level,
      base: null,
      messageKey: 'message',
      nestedKey: 'metadata',
      formatters: { level: (label) => ({ level: label }) },
      timestamp: () => `,"timestamp":"${new Date().toISOString()}"`,
      redact,
    },
    lines,
  );
  return speaker(root, component, null);
}

/** Text for a terminal, JSON for everything else, unless LOG_FORMAT says. */
export const logFormat = (wanted: 'json' | 'text' | undefined, isTerminal: boolean): 'json' | 'text' =>
  wanted ?? (isTerminal ? 'text' : 'json');

function speaker(root: pino.Logger, component: string, runId: string | null): Logger {
  const out = root.child({ component, run_id: runId });
  const at =
    (level: Level) =>
    (message: string, metadata: Metadata = {}): void =>
      out[level](metadata, message);
  const levels = { trace: at('debug'), debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
  return {
    ...levels,
    log: (level, message, metadata) => levels[lowered[level]](message, metadata),
    of: (who) => speaker(root, who.component ?? component, who.runId === undefined ? runId : who.runId),
  };
}

const lowered = { TRACE: 'trace', DEBUG: 'debug', INFO: 'info', WARN: 'warn', ERROR: 'error' } as const;

/** `2026-01-05 23:15:00.000 info worker: message {"batch":3}`; also reads back lines that another process wrote as JSON. */
export function textLines(to: { write(line: string): unknown }, colour: boolean): { write(line: string): void } {
  const print = pretty.prettyFactory({
    colorize: colour,
    messageKey: 'message',
    timestampKey: 'timestamp',
    translateTime: 'UTC:yyyy-mm-dd HH:MM:ss.l',
    ignore: 'component,run_id',
    messageFormat: '{component}: {message}',
    singleLine: true,
    errorLikeObjectKeys: [],
  });
  return {
    write: (line) => void to.write(print(line)),
  };
}
