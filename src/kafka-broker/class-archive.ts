/** What a broker loads at its start, as one file beside its jars (application class-data sharing of the JVM): it starts in half the time. */
import { mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { startBroker } from './broker';
import { classArchive } from './java';

/** Lets a broker start once and end; the JVM then writes what it has loaded. Failure is said and harms nobody: it is only about speed. */
export async function archiveClasses(jars: string, say: (line: string) => void): Promise<void> {
  const dataDir = await mkdtemp(join(jars, 'training-'));
  const unfinished = join(dataDir, 'classes.jsa');
  try {
    const broker = await startBroker({ jars, dataDir, port: 0, javaOptions: [`-XX:ArchiveClassesAtExit=${unfinished}`] });
    await broker.stop();
    await rename(unfinished, classArchive(jars));
  } catch (error) {
    say(`no archive of Kafka's classes, so the broker starts slowly: ${error instanceof Error ? error.message : String(error)}`);
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}
