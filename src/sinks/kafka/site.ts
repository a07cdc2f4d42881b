/** What all writers of one opened sink share. */
import type { Compression } from './record-batch';
import type { Settings } from './settings';

export interface Site {
  /** Template of the topic's name; `{stream}` is left. */
  readonly topic: string;
  readonly delivery: 'exactly_once' | 'at_least_once';
  readonly compression: Compression;
  readonly topicPolicy: 'create' | 'require';
  /** @throws SinkError where the environment is wrong */
  settings(): Settings;
  /** UUID of the Temporal namespace. */
  namespace(): string;
}
