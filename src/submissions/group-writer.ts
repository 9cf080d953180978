import { databaseFailure } from '../database/database-failure.js';
import { JudgeError } from '../errors.js';

export interface GroupWriterOptions {
  /** Transactions at once. */
  readonly atOnce: number;
  /** In one transaction. */
  readonly most: number;
  /** May wait; more are refused. */
  readonly waiting: number;
  /** May each wait before it is written; then it is refused. */
  readonly waitMs: number;
}

const DEFAULTS: GroupWriterOptions = { atOnce: 2, most: 64, waiting: 2000, waitMs: 4000 };

interface Waiting<Item, Result> {
  readonly item: Item;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
  readonly timer: NodeJS.Timeout;
}

/**
 * Writes what comes while earlier writes are under way together, in one transaction: alone, an item
 * waits for nothing, and many share the round trips and the commit. Whoever added an item hears of it
 * after the commit.
 */
export class GroupWriter<Item, Result> {
  readonly #write: (items: readonly Item[]) => Promise<readonly Result[]>;
  readonly #options: GroupWriterOptions;
  readonly #waiting: Waiting<Item, Result>[] = [];
  #underWay = 0;

  /** @param write writes all or nothing, and gives a result for each in the same order. */
  constructor(
    write: (items: readonly Item[]) => Promise<readonly Result[]>,
    options: Partial<GroupWriterOptions> = {},
  ) {
    this.#write = write;
    this.#options = { ...DEFAULTS, ...options };
  }

  /** @throws JudgeError `database-unavailable` when too many wait, or too long; whatever the write throws. */
  async add(item: Item): Promise<Result> {
    const { waiting, waitMs, atOnce } = this.#options;
    if (this.#waiting.length >= waiting) throw tooBusy();
    return await new Promise<Result>((resolve, reject) => {
      const timer = setTimeout(() => this.#refuse(one), waitMs);
      const one = { item, resolve, reject, timer };
      this.#waiting.push(one);
      if (this.#underWay < atOnce) void this.#run();
    });
  }

  /** Nothing of it was written. */
  #refuse(one: Waiting<Item, Result>): void {
    const place = this.#waiting.indexOf(one);
    if (place === -1) return;
    this.#waiting.splice(place, 1);
    one.reject(tooBusy());
  }

  async #run(): Promise<void> {
    this.#underWay += 1;
    // What comes in this turn of the event loop goes together.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const group = this.#waiting.splice(0, this.#options.most);
      for (const { timer } of group) clearTimeout(timer);
      await this.#writeGroup(group);
    }
    this.#underWay -= 1;
  }

  async #writeGroup(group: readonly Waiting<Item, Result>[]): Promise<void> {
    try {
      const results = await this.#write(group.map(({ item }) => item));
      group.forEach(({ resolve }, index) => resolve(results[index] as Result));
    } catch (error) {
      // Of a database that is away nobody knows what it has done: nothing is tried again.
      if (group.length === 1 || databaseFailure(error) === 'unavailable') {
        for (const { reject } of group) reject(error);
        return;
      }
      // One of them is at fault, and must not spoil the others.
      for (const one of group) await this.#writeGroup([one]);
    }
  }
}

function tooBusy(): JudgeError {
  return new JudgeError('database-unavailable', 'too many wait for the database');
}
