/** How Java is called for Kafka's programs. */
import { existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Classes of a folder of jars, read at once from a memory-mapped file in place of ninety archives. */
export const classArchive = (folder: string): string => join(folder, 'classes.jsa');

/** All jars of a folder from `findKafka`, in an order that stays the same: the class archive holds for this very list. */
export function classPath(folder: string): string {
  const lib = join(folder, 'lib');
  return readdirSync(lib)
    .filter((name) => name.endsWith('.jar'))
    .sort()
    .map((name) => join(lib, name))
    .join(delimiter);
}

/**
 * Arguments of `java` up to the main class.
 * @param folder from `findKafka`
 * @param options of the virtual machine
 */
export function javaArguments(folder: string, options: readonly string[] = []): string[] {
  const archive = classArchive(folder);
  return [
    ...options,
    // An archive of another Java is passed over in silence.
    ...(existsSync(archive) ? [`-XX:SharedArchiveFile=${archive}`, '-Xlog:disable'] : []),
    '-Dorg.slf4j.simpleLogger.defaultLogLevel=error',
    '-cp',
    classPath(folder),
  ];
}
