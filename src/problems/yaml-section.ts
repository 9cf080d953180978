import { badPackage } from './package-error.js';
import { parseDecimal } from './decimal.js';
import { splitShellWords } from './shell-words.js';
import type { YamlMap, YamlValue } from './yaml-parser.js';

/** YAML 1.1 and 1.2 spellings of booleans. */
const BOOLEANS: ReadonlyMap<string, boolean> = new Map([
  ...['true', 'yes', 'on', 'y'].map((word) => [word, true] as const),
  ...['false', 'no', 'off', 'n'].map((word) => [word, false] as const),
]);

/** A mapping of a package's YAML file, read key by key; every error names file and key. */
export class YamlSection {
  readonly file: string;
  /** Keys that lead here, with a dot after each: `limits.`. */
  readonly #prefix: string;
  readonly #map: YamlMap;

  constructor(file: string, prefix: string, map: YamlMap) {
    this.file = file;
    this.#prefix = prefix;
    this.#map = map;
  }

  get keys(): readonly string[] {
    return [...this.#map.keys()];
  }

  has(key: string): boolean {
    return this.#map.get(key) !== undefined;
  }

  value(key: string): YamlValue | undefined {
    return this.#map.get(key);
  }

  /** The key's full name, as errors and notices show it. */
  keyName(key: string): string {
    return `${this.#prefix}${key}`;
  }

  error(key: string, message: string): Error {
    return badPackage(this.file, message, this.keyName(key));
  }

  text(key: string): string | undefined {
    const value = this.#present(key);
    if (value === undefined) return undefined;
    if (typeof value !== 'string') throw this.error(key, 'must be text');
    return value;
  }

  number(key: string): number | undefined {
    const text = this.text(key);
    if (text === undefined) return undefined;
    const number = parseDecimal(text);
    if (number === undefined) throw this.error(key, `must be a number, not ${text.slice(0, 40)}`);
    return number;
  }

  boolean(key: string): boolean | undefined {
    const text = this.text(key);
    if (text === undefined) return undefined;
    const boolean = BOOLEANS.get(text.toLowerCase());
    if (boolean === undefined) throw this.error(key, 'must be true or false');
    return boolean;
  }

  /** A sequence of texts; one text stands for a sequence of one. */
  texts(key: string): readonly string[] | undefined {
    const value = this.#present(key);
    if (value === undefined) return undefined;
    const items = Array.isArray(value) ? (value as readonly YamlValue[]) : [value as YamlValue];
    return items.map((item) => {
      if (typeof item !== 'string') throw this.error(key, 'must be text, or a sequence of texts');
      return item;
    });
  }

  /** Command-line arguments: a sequence of texts, or one text that is split as a shell does. */
  words(key: string): readonly string[] | undefined {
    const value = this.#present(key);
    if (typeof value !== 'string') return this.texts(key);
    const words = splitShellWords(value);
    if (words === undefined) throw this.error(key, 'has a quotation mark that is not closed');
    return words;
  }

  section(key: string): YamlSection | undefined {
    const value = this.#present(key);
    if (value === undefined) return undefined;
    if (!isYamlMap(value)) throw this.error(key, 'must be a mapping');
    return new YamlSection(this.file, `${this.keyName(key)}.`, value);
  }

  #present(key: string): Exclude<YamlValue, null> | undefined {
    return this.#map.get(key) ?? undefined;
  }
}

export function isYamlMap(value: YamlValue | undefined): value is YamlMap {
  return value instanceof Map;
}
