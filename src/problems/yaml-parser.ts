import { CST, isAlias, isCollection, isMap, isScalar, isSeq, Lexer, parseDocument } from 'yaml';
import { badPackage } from './package-error.js';

/**
 * A YAML value with every scalar as it is written. What `yes`, `1e-6` or `no` mean depends on the
 * key: packages are written for YAML 1.1 and 1.2 readers alike, and a flag `1e-6` must reach a
 * validator as `1e-6`. null is an empty or null scalar.
 */
export type YamlValue = null | string | readonly YamlValue[] | YamlMap;
export type YamlMap = ReadonlyMap<string, YamlValue>;

const MAX_DEPTH = 32;
/** Counted with aliases spelled out. */
const MAX_VALUES = 20_000;

/** Keys that reach into JavaScript objects have no place in a package. */
const FORBIDDEN_KEYS = new Set(['__proto__', 'constructor', 'prototype']);

export interface YamlOrder {
  readonly text: string;
  readonly file: string;
}

/** Runs in a thread of its own (worker-thread.ts): what aliases cost is known only afterwards. */
export function work({ text, file }: YamlOrder): YamlMap {
  return parseYaml(text, file);
}

/** @throws JudgeError `bad-package` when the text is no YAML mapping within the caps. */
export function parseYaml(text: string, file: string): YamlMap {
  checkNesting(text, file);
  const document = parseDocument(text, {
    schema: 'core',
    version: '1.2',
    resolveKnownTags: false,
    // Checked below, in linear time.
    uniqueKeys: false,
    prettyErrors: true,
  });
  const [problem] = [...document.errors, ...document.warnings];
  if (problem !== undefined) throw badPackage(file, describe(problem.message));
  const value = new Conversion(file).convert(document.contents, 0);
  if (value === null) return new Map();
  if (typeof value === 'string' || Array.isArray(value)) {
    throw badPackage(file, 'must be a mapping of keys to values');
  }
  return value as YamlMap;
}

/**
 * The parser takes a second to give up on a file that is nested as deep as it is long, so brackets
 * and dashes are counted first. Nesting by indentation needs too much text to be that deep.
 */
function checkNesting(text: string, file: string): void {
  let brackets = 0;
  let dashes = 0;
  for (const token of new Lexer().lex(text)) {
    switch (CST.tokenType(token)) {
      case 'flow-seq-start':
      case 'flow-map-start':
        brackets += 1;
        break;
      case 'flow-seq-end':
      case 'flow-map-end':
        brackets -= 1;
        break;
      case 'seq-item-ind':
      case 'explicit-key-ind':
        dashes += 1;
        break;
      case 'newline':
        dashes = 0;
        break;
      default:
    }
    if (brackets > MAX_DEPTH || dashes > MAX_DEPTH) {
      throw badPackage(file, `is nested more than ${MAX_DEPTH} deep`);
    }
  }
}

function describe(message: string): string {
  if (message.startsWith('Maximum call stack')) return `is nested more than ${MAX_DEPTH} deep`;
  const [first = ''] = message.split('\n');
  return `is not valid YAML: ${first.replace(/:$/, '')}`;
}

class Conversion {
  readonly #file: string;
  /** The last of each name so far. yaml itself looks for each from the start of the document. */
  readonly #anchors = new Map<string, unknown>();
  #values = 0;

  constructor(file: string) {
    this.#file = file;
  }

  convert(node: unknown, depth: number): YamlValue {
    this.#values += 1;
    if (depth > MAX_DEPTH) throw badPackage(this.#file, `is nested more than ${MAX_DEPTH} deep`);
    if (this.#values > MAX_VALUES) {
      throw badPackage(this.#file, `has more than ${MAX_VALUES} values`);
    }
    if (isAlias(node)) {
      const target = this.#anchors.get(node.source);
      if (target === undefined) throw badPackage(this.#file, 'uses an anchor that is not there');
      return this.convert(target, depth + 1);
    }
    this.#remember(node);
    if (isScalar(node)) return scalarText(node.value, node.source);
    if (isSeq(node)) return node.items.map((item) => this.convert(item, depth + 1));
    if (!isMap(node)) return null;
    const map = new Map<string, YamlValue>();
    for (const { key, value } of node.items) {
      const name = this.#key(key);
      if (map.has(name)) throw badPackage(this.#file, 'is given twice', name);
      map.set(name, this.convert(value, depth + 1));
    }
    return map;
  }

  #remember(node: unknown): void {
    if (!isScalar(node) && !isCollection(node)) return;
    if (node.anchor !== undefined) this.#anchors.set(node.anchor, node);
  }

  #key(key: unknown): string {
    this.#remember(key);
    const name = isScalar(key) ? scalarText(key.value, key.source) : null;
    if (name === null) throw badPackage(this.#file, 'has a key that is no text');
    if (FORBIDDEN_KEYS.has(name)) throw badPackage(this.#file, 'is not allowed as a key', name);
    return name;
  }
}

/** Scalars that are no strings keep their source: a number is written in more ways than one. */
function scalarText(value: unknown, source: string | undefined): string | null {
  if (value === null || value === undefined) return null;
  return typeof value === 'string' ? value : (source ?? JSON.stringify(value));
}
