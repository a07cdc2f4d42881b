/** Mutations of what the protocol has gained since its model: batch folders, batches begun, the touch, clean of a paused job, the level at the end. */
import type { Patch } from './project';

const MACHINE = 'workflows/machine.ts';
const LEVEL = 'workflows/level.ts';
const CLEANING = 'workflows/cleaning.ts';
const SETTLE = 'activities/settle.ts';
const DISK_CLEAN = 'src/sinks/disk/clean.ts';
const OPEN = 'src/sinks/folders/open.ts';
const WRITER = 'src/sinks/folders/writer.ts';
const ROLL = 'src/sinks/folders/roll-forward.ts';
const CLEAN = 'src/sinks/folders/clean.ts';
const HTTP = 'src/sinks/http/writer.ts';

const patch = (file: string, from: string, to: string): Patch => ({ file, from, to });

const folders: Record<string, Patch[]> = {
  'folders: the record not rolled forward over the folders': [
    patch(ROLL, 'meta?.sha256 === ahead.sha256 ? ahead.standing : record.standing', '(void meta, record.standing)'),
  ],
  'folders: the folder of a batch filled in its place, not renamed out of the own folder': [
    patch(WRITER, 'const draft = owner.at(meta.batch_id);', 'const draft = place.batch(number);'),
    patch(WRITER, 'await this.place(draft, place.batch(number), place.kind.file, batch);', ''),
  ],
  'folders: the record written after the folder is there, not ahead of it': [
    patch(
      WRITER,
      'await this.publish(held, { ...state, generation: this.opening.generation, ahead: { standing, sha256: meta.sha256 } });',
      '',
    ),
    patch(
      WRITER,
      'held.state = { ...held.state, standing, ahead: null };',
      'await this.publish(held, { ...state, generation: this.opening.generation, standing, ahead: null });',
    ),
  ],
  'folders: no generation check': [
    patch('src/sinks/folders/record.ts', 'if (record.generation > generation)', 'if (record.generation > generation + 1e9)'),
  ],
  'folders: the record read before the fence': [patch(OPEN, 'const found = await readRecord(files, place);', 'const found = early;')],
  'folders: the growing file written on in place, without a new inode': [
    patch(
      OPEN,
      'await takeFile(files, place.all, owner, record.standing.offset);',
      'await (record.standing.offset === 0 ? takeFile(files, place.all, owner, 0) : files.open(place.all));',
    ),
  ],
  'folders: an uncommitted tail of the growing file kept': [
    patch(
      OPEN,
      'await takeFile(files, place.all, owner, record.standing.offset);',
      'await takeFile(files, place.all, owner, record.standing.offset === 0 ? 0 : await files.open(place.all).then((all) => all.size()));',
    ),
  ],
  'folders: the growing file not written before the folder is there': [
    patch(
      WRITER,
      'const offset = await append(held, batch);',
      'const offset = held.record.offset + (held.all === null ? 0 : batch.bytes.length);',
    ),
    patch(WRITER, 'await syncFolder(files, place.events);\n', 'await syncFolder(files, place.events);\n    await append(held, batch);\n'),
  ],
  'folders: the growing file not synced before the folder is there': [patch(WRITER, '  await all.sync();\n', '')],
  'folders: clean leaves no record': [
    patch(CLEAN, 'await publishRecord(files, place, owner, record);', ''),
    patch(CLEAN, 'await publishRecord(files, place, owner, part.record);', ''),
  ],
  'folders: a clean of one mode leaves a record where there was none': [
    patch(CLEAN, 'if (mine === null && mode !== undefined) return null;', ''),
  ],
  'folders: a clean that its own twin has overtaken is refused': [
    patch(CLEAN, 'if (record !== null && record.cleaned !== true) admitPart', 'if (record !== null) admitPart'),
  ],
};

const begun: Record<string, Patch[]> = {
  'http: requests leave before the record says that their batches were begun': [
    patch(HTTP, 'await this.save(batches.length, [], signal);', ''),
  ],
  'http: the next commit forgets what a clock ahead has begun': [patch(HTTP, 'begun: left > 0 ?', 'begun: over > 0 ?')],
  'http: a save that fails is forgotten': [patch(HTTP, 'sending.requireGoing();', '')],
  'http: rows of refused events not kept with the count of them': [
    patch(HTTP, 'await this.record.keep(rows, change, signal);', 'await this.record.keep([], change, signal);'),
  ],
  'settle does not answer what was begun': [
    patch(SETTLE, '...(begun === undefined ? {} : { begun: begun.batches })', '...(void begun, {})'),
  ],
  'batches begun do not keep their instants': [patch(LEVEL, '((answer?.begun ?? 0) - 1) * shards', '-shards')],
};

const touch: Record<string, Patch[]> = {
  'nobody wakes for a touch': [patch(MACHINE, 'const touch = draining ? null : touchAtMs(s);', 'const touch: number | null = null;')],
  'a touch that writes nothing': [patch(SETTLE, 'await writer.raise();', 'if (generation < 3) await writer.raise();')],
  'a touch taken for a lag': [patch(MACHINE, '{ touch: true, settled: false }', '{ touch: true, settled: false, lag: true }')],
  'a touch taken for a pause that is over': [
    patch(MACHINE, '{ touch: true, settled: false }', '{ touch: true, settled: false, pausedAtMs: s.pausedAtMs ?? nowMs }'),
  ],
};

const cleaning: Record<string, Patch[]> = {
  'a resume after a clean goes on without a settle': [patch(CLEANING, '  s.settled = false;\n', '')],
  'a clean of another mode ends the job': [patch(CLEANING, 'if (outcome.ok && outcome.result.over)', 'if (outcome.ok)')],
  'a clean that its own twin has overtaken is refused': [
    patch(DISK_CLEAN, 'if (record !== null && record.cleaned !== true) admit', 'if (record !== null) admit'),
  ],
  'data of the record not synced before it': [
    patch('src/sinks/disk/writer.ts', '    await held.tail.sync();\n    if (file', '    if (file'),
  ],
};

const level: Record<string, Patch[]> = {
  'a stop that does not bring its parts level': [patch(LEVEL, '  return owed;\n', '  return [];\n')],
  'a stop that does not wait until its parts are level': [
    patch(MACHINE, 'if (levelling(s, nowMs)) return commands;', 'levelling(s, nowMs);'),
  ],
  'a stop that brings each stream level by itself': [
    patch(
      LEVEL,
      'const untilUs = lastDueUs(job, schedules);\n  return schedules.map((schedule, stream) =>',
      'return schedules.map((schedule, stream) => {\n    const untilUs = lastDueUs({ ...job, parts: job.parts.filter((part) => part.stream === stream) }, schedules);\n    return (',
    ),
    patch(LEVEL, '+ 1)),\n  );', '+ 1))\n    );\n  });'),
  ],
  'what is owed at a stop called lagging': [patch(MACHINE, 'index, until, null, commands', 'index, until, s.sinceUs, commands')],
};

export const gained: Record<string, Patch[]> = { ...folders, ...begun, ...touch, ...cleaning, ...level };
