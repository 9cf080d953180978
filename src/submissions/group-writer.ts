import { databaseFailure } from '../database/database-failure.js';
import { JudgeError } from '../errors.js';

export interface GroupWriterOptions {
  /** Transactions at once. */
  readonly atOnce: number;
  /** In one transaction. */
  readonly most: number;
  /** May wait; more are refused. */
  readonly waiting: number;
}

const DEFAULTS: GroupWriterOptions = { atOnce: 2, most: 64, waiting: 2000 };

interface Waiting<Item, Result> {
  readonly item: Item;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
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

  /** @throws JudgeError `database-unavailable` when too many wait; whatever the write throws. */
  async add(item: Item): Promise<Result> {
    if (this.#waiting.length >= this.#options.waiting) {
      throw new JudgeError('database-unavailable', 'too many wait for the database');
    }
    return await new Promise<Result>((resolve, reject) => {
      this.#waiting.push({ item, resolve, reject });
      if (this.#underWay < this.#options.atOnce) void this.#run();
    });
  }

  async #run(): Promise<void> {
    this.#underWay += 1;
    // What comes in this turn of the event loop goes together.
    await Promise.resolve();
    while (this.#waiting.length > 0)
      await this.#writeGroup(this.#waiting.splice(0, this.#options.most));
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
