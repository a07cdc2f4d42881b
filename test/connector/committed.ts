/** What readers of a topic see, by Kafka's own consumer. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { javaArguments } from '../../src/kafka-broker/java';
import type { TestBroker } from '../support/kafka';

export interface Published {
  event_id: string;
  universal_id: string;
  recipient_email_hash: string;
  metadata: { request?: number; [key: string]: unknown };
}

/** `text`: records as they are, with keys and headers. */
export async function committedIn({ bootstrap, jars }: TestBroker, topic: string): Promise<{ events: Published[]; text: string }> {
  const program = [...javaArguments(jars, ['-XX:TieredStopAtLevel=1']), join(__dirname, 'Committed.java'), bootstrap, topic];
  const { stdout: text } = await promisify(execFile)('java', program, { maxBuffer: 2 ** 28 });
  const lines = text.split('\n').filter((line) => line !== '');
  return { events: lines.map((line) => JSON.parse(line.split('\t')[0] ?? '') as Published), text };
}
