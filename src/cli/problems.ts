/** What is wrong with a command's options, gathered so that all of it is told in one go. */
import { UserError, type Problem } from '../spec/failures';

export class Problems {
  private readonly lines: string[] = [];
  private readonly found: Problem[] = [];

  /** @param option with its dashes; '' where the message says it @param message goes on from it: "must be …" */
  say(option: string, message: string): void {
    this.lines.push(`${option} ${message}`.trim());
    this.found.push({ path: option, message });
  }

  /** What `read` answers; undefined where it refuses, whose reasons then are among the problems. */
  async of<T>(read: () => T | Promise<T>): Promise<T | undefined> {
    try {
      return await read();
    } catch (failure) {
      if (!(failure instanceof UserError)) throw failure;
      this.lines.push(failure.message);
      this.found.push(...failure.problems);
      return undefined;
    }
  }

  /** The whole number that an option's text says; `least` where it says none, which then is among the problems. */
  whole(option: string, text: string, least: number, most: number): number {
    if (/^\d{1,15}$/.test(text) && Number(text) >= least && Number(text) <= most) return Number(text);
    this.say(option, `must be a whole number from ${String(least)} to ${String(most)}, got ${JSON.stringify(text)}`);
    return least;
  }

  /** @throws UserError with all of them, one a line, where there are any */
  end(): void {
    if (this.lines.length > 0) throw new UserError(this.lines.join('\n'), this.found);
  }
}
