/** Options that several commands have, and the parsers of their values. */
import { InvalidArgumentError, Option, type Command } from 'commander';

/** Which database a command works on. */
export interface DatabaseOption {
  db?: string;
}

export interface JsonOption {
  json?: boolean;
}

export const jsonOption = () =>
  new Option('--json', 'print one JSON document on standard output and nothing else');

export const databaseOption = () =>
  new Option('--db <file>', 'database to use (default: the one of the app)');

/** Adds the options of every command that shows something from the database. */
export const withDatabase = (command: Command): Command =>
  command.addOption(databaseOption()).addOption(jsonOption());

/** A parser of whole numbers for commander. */
export function integer(low: number, high: number): (text: string) => number {
  return (text) => {
    const value = /^\d+$/.test(text) ? Number(text) : NaN;
    if (value >= low && value <= high) return value;
    throw new InvalidArgumentError(`Accepted: a whole number from ${low} to ${high}.`);
  };
}

/** Ids of runs, collected from all arguments. */
export function runIds(text: string, previous: number[] = []): number[] {
  return [...previous, runId(text)];
}

export function runId(text: string): number {
  if (/^[1-9]\d{0,14}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('Accepted: the number of a run, as `swaplab runs` lists them.');
}

/** Collects a repeatable option. */
export const collect = (text: string, previous: string[] = []): string[] => [...previous, text];
