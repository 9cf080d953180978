import { parseArgs } from 'node:util';
import type { DriverName } from './engine.js';

type Value = number | boolean | string | readonly number[] | readonly string[];

/** What may be given instead of a default. */
type Given<V extends Value> = V extends number
  ? number
  : V extends boolean
    ? boolean
    : V extends string
      ? string
      : V extends readonly number[]
        ? readonly number[]
        : V;

/**
 * The command line of a bench: `--name value` for each of these, read as its default is: a number, a
 * flag, a word, or a list with commas. Ends the process when there is something else.
 */
export function readOptions<T extends Readonly<Record<string, Value>>>(
  defaults: T,
): { readonly [Name in keyof T]: Given<T[Name]> } {
  try {
    const options = Object.fromEntries(
      Object.entries(defaults).map(([name, value]) => [
        name,
        { type: typeof value === 'boolean' ? ('boolean' as const) : ('string' as const) },
      ]),
    );
    const { values } = parseArgs({ options });
    const read = Object.entries(defaults).map(([name, value]) => {
      const given = values[name];
      return [name, given === undefined ? value : readLike(value, String(given), name)];
    });
    return Object.fromEntries(read) as { readonly [Name in keyof T]: Given<T[Name]> };
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    const usage = Object.entries(defaults).map(([name, value]) => `--${name} ${String(value)}`);
    console.error(`options and their defaults: ${usage.join(' ')}`);
    process.exit(2);
  }
}

function readLike(value: Value, given: string, name: string): Value {
  if (typeof value === 'boolean') return true;
  if (typeof value === 'number') return numberFrom(given, name);
  if (typeof value === 'string') return given;
  const parts = given.split(',').filter((part) => part !== '');
  return typeof value[0] === 'number' ? parts.map((part) => numberFrom(part, name)) : parts;
}

function numberFrom(given: string, name: string): number {
  const number = Number(given);
  if (Number.isInteger(number) && number >= 0 && given.trim() !== '') return number;
  throw new Error(`--${name} takes a whole number, not ${JSON.stringify(given)}`);
}

/** @throws Error for a name that no driver has. */
export function driversFrom(names: readonly string[]): readonly DriverName[] {
  return names.map((name) => {
    if (name === 'native' || name === 'docker') return name;
    throw new Error(`there is no driver ${JSON.stringify(name)}: native, docker`);
  });
}
