import { randomBytes } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What 61-hunt.c looks for. */
const MARK = 'minos-canary';
const VARIABLE = 'MINOS_SELFTEST_CANARY';

/**
 * Secrets planted where a hostile program must not reach: other inputs, answers and submissions, the
 * environment and the files of the judge. Found in anything that comes out, they tell of a leak.
 */
export class Canaries implements AsyncDisposable {
  readonly #places = new Map<string, string>();
  readonly #file: string;

  private constructor(file: string) {
    this.#file = file;
  }

  static async plant(privateDirectory: string): Promise<Canaries> {
    const canaries = new Canaries(join(privateDirectory, 'canary'));
    await writeFile(canaries.#file, canaries.make('a file of the judge'), { mode: 0o644 });
    process.env[VARIABLE] = canaries.make('the environment of the judge');
    return canaries;
  }

  /** A new secret for this place. */
  make(place: string): string {
    const secret = `${MARK}-${randomBytes(16).toString('hex')}`;
    this.#places.set(secret, place);
    return secret;
  }

  /** The places whose secrets are in the text. */
  foundIn(text: string): readonly string[] {
    if (!text.includes(MARK)) return [];
    const known = [...this.#places].filter(([secret]) => text.includes(secret));
    return known.length > 0 ? known.map(([, place]) => place) : ['an unknown place'];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    Reflect.deleteProperty(process.env, VARIABLE);
    await rm(this.#file, { force: true });
  }
}
