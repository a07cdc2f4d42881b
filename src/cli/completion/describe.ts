/** The program as the completion library wants it: each command with its options and arguments, and what may stand for them. */
import type { Command, Option } from 'commander';
import type { Complete, RootCommand, Command as Described } from '@bomb.sh/tab';
import type { Values } from './values';

/** @param values what may stand for an argument or an option's value, by its name */
export function describeProgram(program: Command, root: RootCommand, values: Values): void {
  describeOptions(program, root, values);
  for (const command of program.commands) describe(command, '', root, values);
}

function describe(command: Command, before: string, root: RootCommand, values: Values): void {
  const path = `${before}${command.name()}`;
  if (isHidden(command)) return;
  const described = root.command(path, command.description());
  describeOptions(command, described, values);
  for (const argument of command.registeredArguments)
    described.argument(argument.name(), offer([...(argument.argChoices ?? []), ...(values[argument.name()] ?? [])]), argument.variadic);
  for (const inner of command.commands) describe(inner, `${path} `, root, values);
}

function describeOptions(command: Command, described: Described, values: Values): void {
  for (const option of command.createHelp().visibleOptions(command)) {
    const name = option.long?.replace(/^--/, '');
    if (name === undefined) continue;
    const short = option.short?.replace(/^-/, '');
    if (option.required || option.optional) described.option(name, option.description, offer(valuesOf(option, values)), short);
    else described.option(name, option.description, short);
  }
}

const valuesOf = (option: Option, values: Values): string[] => [...(option.argChoices ?? []), ...(values[option.attributeName()] ?? [])];

const offer = (words: readonly string[]) => (complete: Complete) => {
  for (const word of words) complete(word, '');
};

/** commander has no public way to ask: its help lists what is visible. */
const isHidden = (command: Command): boolean =>
  command.parent !== null && !command.createHelp().visibleCommands(command.parent).includes(command);
