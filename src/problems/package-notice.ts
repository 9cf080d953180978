/** Something that a package states and the engine does not honour. */
export interface PackageNotice {
  /** Path inside the package. */
  readonly file: string;
  /** The key in that file, when it is about one. */
  readonly key?: string;
  readonly message: string;
}

/** Collects the loss report of one package while it is read. */
export class LossReport {
  readonly #notices: PackageNotice[] = [];

  add(file: string, message: string, key?: string): void {
    this.#notices.push({ file, ...(key === undefined ? {} : { key }), message });
  }

  get notices(): readonly PackageNotice[] {
    return this.#notices;
  }
}
