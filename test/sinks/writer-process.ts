/** A process of its own that writes until it is done: `node -r ./register-typescript.js writer-process.ts DATA_DIR GENERATION UNTIL`. Its last line says how it ended. */
import { diskOver, emit } from './disk-run';

const [dataDir = '', generation = '1', until = '0'] = process.argv.slice(2);

async function main(): Promise<string> {
  try {
    return `done ${await emit(diskOver(dataDir), Number(generation), Number(until), [1, 3])}`;
  } catch (error) {
    return `${(error as { code?: string }).code ?? 'unknown'} ${String(error)}`;
  }
}

process.stdout.write('begins\n');
void main().then((end) => process.stdout.write(`${end}\n`));
