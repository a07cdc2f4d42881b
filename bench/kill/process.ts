/** One producer as a process of the harness: what it has said so far, and how to disturb it. */
import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { packageRoot } from '../../src/config/package-root';
import type { ProducerOptions } from './producer';

export interface Told {
  opening(): void;
  open(next: number): void;
  commit(next: number): void;
  done(next: number): void;
}

const PROGRAM = join(packageRoot(), 'dist/bench/kill/producer.js');

export class Producer {
  private readonly child: ChildProcess;
  private readonly said: string[] = [];
  private gone = false;
  readonly exited: Promise<void>;
  /** `SUPERSEDED …`, `SINK …`; null: killed, or still alive. */
  ended: string | null = null;

  constructor(options: ProducerOptions, told: Told) {
    this.child = spawn(process.execPath, [PROGRAM, JSON.stringify(options)], { stdio: ['ignore', 'pipe', 'inherit'] });
    const { stdout } = this.child;
    if (stdout === null) throw new Error('a producer without standard output');
    createInterface({ input: stdout }).on('line', (line) => {
      const [word = '', number] = line.split(' ');
      this.said.push(word);
      if (word === 'opening') told.opening();
      else if (word === 'open' || word === 'commit' || word === 'done') told[word](Number(number));
      else if (word === 'ended') this.ended = line.slice('ended '.length);
    });
    this.exited = new Promise((resolve) => {
      // `close`, not `exit`: all that it said has been read by then.
      this.child.once('close', () => {
        this.gone = true;
        resolve();
      });
    });
  }

  get alive(): boolean {
    return !this.gone;
  }

  /** How often it has said this word. */
  count(word: string): number {
    return this.said.filter((one) => one === word).length;
  }

  /** Resolves when it has said the word `times` times: true; or is gone before, or `withinMs` are over: false. */
  async says(word: string, times = 1, withinMs = 60_000): Promise<boolean> {
    for (const until = Date.now() + withinMs; this.count(word) < times; await sleep(2)) {
      if (this.gone || Date.now() > until) return false;
    }
    return true;
  }

  signal(name: 'SIGSTOP' | 'SIGCONT'): void {
    this.child.kill(name);
  }

  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.exited;
  }
}
