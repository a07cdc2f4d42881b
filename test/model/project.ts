/**
 * The project's own modules, compiled as they stand and run in surroundings that the explorer rules: time, timers, random names and Temporal's
 * context. A mutation is a list of patches of their text.
 */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { createHash } from 'node:crypto';
import { transformSync } from '@swc/core';
import { generationWith } from './small-scenario';
import { outsideOf, parameters, replaced } from './surroundings';

/** Replaces the only place in `file` where `from` stands. */
export interface Patch {
  file: string;
  from: string;
  to: string;
}

export interface Project {
  machine: typeof import('../../workflows/machine');
  state: typeof import('../../workflows/state');
  schedule: typeof import('../../workflows/schedule');
  disk: typeof import('../../src/sinks/disk/index');
  folders: typeof import('../../src/sinks/folders/index');
  http: typeof import('../../src/sinks/http/index');
  emit: typeof import('../../activities/emit');
  settle: typeof import('../../activities/settle');
  clean: typeof import('../../activities/clean');
  writers: typeof import('../../activities/writers');
  merge: typeof import('../../src/jobs/merge');
}

const root = join(__dirname, '..', '..');

/** @throws Error when a patch's text is not found exactly once, or its file is not used */
export function loadProject(patches: readonly Patch[] = []): Project {
  const loaded = new Map<string, { exports: unknown }>();
  const open = new Set(patches);

  function load(path: string): unknown {
    const known = loaded.get(path);
    if (known !== undefined) return known.exports;
    const module = { exports: {} };
    loaded.set(path, module);
    let source = readFileSync(`${join(root, path)}.ts`, 'utf8');
    for (const patch of patches.filter(({ file }) => file === `${path}.ts`)) {
      source = patched(source, patch);
      open.delete(patch);
    }
    const run = compiled(path, source);
    run(module.exports, (name) => resolve(path, name), module, ...outsideOf(path));
    return module.exports;
  }

  function resolve(from: string, name: string): unknown {
    if (!name.startsWith('.')) return name in replaced ? replaced[name] : require(name);
    const path = join(dirname(from), name);
    if (path === 'src/spec/generation')
      return { generationOf: generationWith((load('workflows/schedule') as Project['schedule']).schedulesOf) };
    if (path in replaced) return replaced[path];
    return load(existsSync(`${join(root, path)}.ts`) ? path : join(path, 'index'));
  }

  const project = {
    machine: load('workflows/machine'),
    state: load('workflows/state'),
    schedule: load('workflows/schedule'),
    disk: load('src/sinks/disk/index'),
    folders: load('src/sinks/folders/index'),
    http: load('src/sinks/http/index'),
    emit: load('activities/emit'),
    settle: load('activities/settle'),
    clean: load('activities/clean'),
    writers: load('activities/writers'),
    merge: load('src/jobs/merge'),
  } as Project;
  for (const { file } of open) throw new Error(`the mutation of ${file} is not used: the file is not among the modules`);
  return project;
}

function patched(source: string, { file, from, to }: Patch): string {
  const parts = source.split(from);
  if (parts.length !== 2)
    throw new Error(`${file} holds this text ${parts.length - 1} times instead of once, the mutation must be written anew: ${from}`);
  return parts.join(to);
}

type Run = (exports: unknown, require: (name: string) => unknown, module: unknown, ...outside: unknown[]) => void;
const programs = new Map<string, Run>();

function compiled(path: string, source: string): Run {
  const key = `${path} ${createHash('sha1').update(source).digest('hex')}`;
  const known = programs.get(key);
  if (known !== undefined) return known;
  const { code } = transformSync(source, {
    filename: `${path}.ts`,
    swcrc: false,
    jsc: { target: 'es2023', parser: { syntax: 'typescript' } },
    module: { type: 'commonjs' },
  });
  const run = new Function(...parameters, `${code}\n//# sourceURL=model/${relative('.', path)}.js`) as Run;
  programs.set(key, run);
  return run;
}
