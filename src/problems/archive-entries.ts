import { badPackage } from './package-error.js';
import { hasUnprintableCharacters } from './plain-name.js';

/** What an archive may be, at most; counted while it is unpacked, never believed. */
export interface ArchiveLimits {
  readonly archiveBytes: number;
  readonly unpackedBytes: number;
  readonly entries: number;
  readonly depth: number;
  /** Unpacked to packed bytes, beyond a size where it matters. */
  readonly ratio: number;
}

const MIB = 2 ** 20;

export const ARCHIVE_LIMITS: ArchiveLimits = {
  archiveBytes: 1024 * MIB,
  unpackedBytes: 2048 * MIB,
  entries: 20_000,
  depth: 32,
  ratio: 200,
};

/** Below this even zeros do no harm. */
const RATIO_FROM_BYTES = 64 * MIB;
const NAME_BYTES = 255;
const PATH_BYTES = 1024;
const LINK_HOPS = 40;

export type EntryKind = 'file' | 'directory' | 'link';

/**
 * The names of an archive as they come, checked against each other. Everything is judged as data:
 * nothing is asked of the file system, where a link could lie.
 */
export class ArchiveEntries {
  readonly #limits: ArchiveLimits;
  /** By path; a link with its target. */
  readonly #entries = new Map<string, { readonly kind: EntryKind; readonly target?: string }>();
  /** Paths without regard to case. */
  readonly #folded = new Map<string, string>();
  #count = 0;
  #unpackedBytes = 0;
  #packedBytes = 0;

  constructor(limits: ArchiveLimits) {
    this.#limits = limits;
  }

  /**
   * @returns the path, relative, of plain segments; empty for the package's own directory.
   * @throws JudgeError `bad-package` for a name that cannot be, or is there already.
   */
  add(name: Buffer, kind: EntryKind, target?: string): string {
    this.#count += 1;
    if (this.#count > this.#limits.entries) {
      throw badPackage('.', `the archive has more than ${this.#limits.entries} entries`);
    }
    const path = this.#plainPath(name);
    if (path === '') return path;
    const parts = path.split('/');
    for (let depth = 1; depth < parts.length; depth += 1) {
      this.#put(parts.slice(0, depth).join('/'), 'directory');
    }
    this.#put(path, kind, target);
    return path;
  }

  /** Counts what was unpacked. */
  unpacked(path: string, bytes: number): void {
    this.#unpackedBytes += bytes;
    if (this.#unpackedBytes > this.#limits.unpackedBytes) {
      const most = `${this.#limits.unpackedBytes / MIB} MiB`;
      throw badPackage(path, `unpacked, the archive is larger than ${most}`);
    }
    const most = Math.max(RATIO_FROM_BYTES, this.#packedBytes * this.#limits.ratio);
    if (this.#unpackedBytes > most) {
      throw badPackage(
        path,
        `the archive unpacks to more than ${this.#limits.ratio} times its size`,
      );
    }
  }

  /** Counts what was read of the archive. */
  packed(bytes: number): void {
    this.#packedBytes += bytes;
  }

  get links(): readonly (readonly [path: string, target: string])[] {
    return [...this.#entries].flatMap(([path, { kind, target = '' }]) =>
      kind === 'link' ? [[path, target] as const] : [],
    );
  }

  /** Every link leads to something of the package. Call when all entries are there. */
  checkLinks(): void {
    for (const [path] of this.links) this.#follow(path);
  }

  #follow(link: string): void {
    let hops = 0;
    const resolve = (from: readonly string[], target: string): readonly string[] => {
      hops += 1;
      if (hops > LINK_HOPS) throw badPackage(link, 'the symbolic link leads in a circle');
      let at = [...from];
      for (const part of target.split('/')) {
        if (part === '' || part === '.') continue;
        if (part === '..') {
          if (at.length === 0) throw badPackage(link, 'the symbolic link leaves the package');
          at.pop();
          continue;
        }
        const entry = this.#entries.get([...at, part].join('/'));
        if (entry === undefined) throw badPackage(link, 'the symbolic link leads nowhere');
        if (entry.kind === 'link') at = [...resolve(at, entry.target ?? '')];
        else at.push(part);
      }
      return at;
    };
    const target = this.#entries.get(link)?.target ?? '';
    if (target.startsWith('/')) throw badPackage(link, 'the symbolic link leaves the package');
    resolve(link.split('/').slice(0, -1), target);
  }

  #put(path: string, kind: EntryKind, target?: string): void {
    const known = this.#entries.get(path);
    if (known !== undefined) {
      if (known.kind === 'directory' && kind === 'directory') return;
      throw badPackage(path, 'is there twice');
    }
    const folded = path.normalize('NFC').toLowerCase();
    const similar = this.#folded.get(folded);
    if (similar !== undefined) {
      throw badPackage(path, `differs from ${similar} only in the case of its letters`);
    }
    this.#folded.set(folded, path);
    this.#entries.set(path, { kind, ...(target === undefined ? {} : { target }) });
  }

  #plainPath(name: Buffer): string {
    const shown = name.subarray(0, 200).toString('latin1');
    if (name.byteLength > PATH_BYTES) throw badPackage(shown, 'the name is too long');
    const text = decode(name, shown);
    if (hasUnprintableCharacters(text)) {
      throw badPackage(shown, 'the name has a control character in it');
    }
    if (text.includes('\\')) throw badPackage(shown, 'the name has a backslash in it');
    if (text.startsWith('/') || /^[a-zA-Z]:/.test(text)) {
      throw badPackage(shown, 'the name is absolute');
    }
    const parts = text
      .replace(/^(\.\/)+/, '')
      .replace(/\/$/, '')
      .split('/');
    if (parts.length === 1 && (parts[0] === '' || parts[0] === '.')) return '';
    for (const part of parts) {
      if (part === '' || part === '.' || part === '..') {
        throw badPackage(shown, 'the name leaves the package, or its directory');
      }
      if (Buffer.byteLength(part) > NAME_BYTES) throw badPackage(shown, 'the name is too long');
    }
    if (parts.length > this.#limits.depth) {
      throw badPackage(shown, `lies more than ${this.#limits.depth} directories deep`);
    }
    return parts.join('/');
  }
}

function decode(name: Buffer, shown: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(name);
  } catch {
    throw badPackage(shown, 'the name is not UTF-8');
  }
}
