import { afterEach, describe, expect, it } from 'vitest';
import type { ContainerShape } from '../../../src/judging/ports.js';
import { ContainerPool, type WarmContainer } from '../../../src/sandbox/container-pool.js';
import { planSlots, type Slot } from '../../../src/sandbox/slots.js';
import { LIMITS } from '../../contracts/sandbox-trial.js';

const RUN: ContainerShape = { toolchain: 'run', limits: LIMITS, stagedBytes: 0 };
const VALIDATE: ContainerShape = { toolchain: 'validate', limits: LIMITS, stagedBytes: 0 };

class PaperContainer implements WarmContainer {
  isWarm = true;
  discarded = false;
  readonly #end = Promise.withResolvers<undefined>();
  readonly ended: Promise<void> = this.#end.promise;

  constructor(
    readonly toolchain: string,
    readonly slot: Slot,
  ) {}

  die(): void {
    this.isWarm = false;
    this.#end.resolve(undefined);
  }

  discard(): Promise<void> {
    this.discarded = true;
    return Promise.resolve();
  }
}

/** A pool on paper: containers open when told to. */
function paperPool(slotCount = 1, ahead = 4, concurrency = 2) {
  const slots = planSlots({ count: slotCount, firstUid: 1, cores: [0, 1] });
  const opening: { container: PaperContainer; settle: (error?: Error) => void }[] = [];
  const made: PaperContainer[] = [];
  let nowMs = 0;
  const pool = new ContainerPool<PaperContainer>({
    slots,
    ahead,
    concurrency,
    maxAgeMs: 60_000,
    now: () => nowMs,
    open: (shape, slot) => {
      const container = new PaperContainer(shape.toolchain, slot);
      made.push(container);
      return new Promise((resolve, reject) => {
        opening.push({
          container,
          settle: (error) => {
            if (error === undefined) resolve(container);
            else reject(error);
          },
        });
      });
    },
  });
  const tick = () => new Promise((resolve) => setImmediate(resolve));
  return {
    pool,
    slots,
    opening,
    made,
    slot: slots[0]!,
    advance: (milliseconds: number) => (nowMs += milliseconds),
    /** Opens everything, and what follows from it. */
    async settle(error?: Error) {
      for (;;) {
        await tick();
        const next = opening.shift();
        if (next === undefined) return;
        next.settle(error);
      }
    },
  };
}

let paper: ReturnType<typeof paperPool>;
afterEach(async () => {
  const closing = paper.pool.close();
  await paper.settle();
  await closing;
});

describe('the container pool', () => {
  it('makes ahead no more than announced, ready or at once', async () => {
    paper = paperPool(1, 4, 2);
    paper.pool.prepare(RUN, 3);
    expect(paper.opening).toHaveLength(2);
    await paper.settle();
    expect(paper.made).toHaveLength(3);
  });

  it('keeps no more ready than configured, and makes the next when one is taken', async () => {
    paper = paperPool(1, 2);
    paper.pool.prepare(RUN, 10);
    await paper.settle();
    expect(paper.made).toHaveLength(2);
    await paper.pool.take(RUN, paper.slot);
    await paper.settle();
    expect(paper.made).toHaveLength(3);
  });

  it('hands each container out once, the oldest first', async () => {
    paper = paperPool();
    paper.pool.prepare(RUN, 2);
    await paper.settle();
    const first = await paper.pool.take(RUN, paper.slot);
    const second = await paper.pool.take(RUN, paper.slot);
    expect([first, second]).toEqual(paper.made);
    expect(first).not.toBe(second);
  });

  it('makes one on demand, where none was announced', async () => {
    paper = paperPool();
    const taking = paper.pool.take(RUN, paper.slot);
    await paper.settle();
    expect((await taking).toolchain).toBe('run');
  });

  it('waits for one that is being made already', async () => {
    paper = paperPool();
    paper.pool.prepare(RUN, 1);
    const taking = paper.pool.take(RUN, paper.slot);
    await paper.settle();
    expect(await taking).toBe(paper.made[0]);
    expect(paper.made).toHaveLength(1);
  });

  it('never hands a container to another slot or shape', async () => {
    paper = paperPool(2);
    paper.pool.prepare(RUN, 1);
    await paper.settle();
    const other = paper.slots.find((slot) => slot !== paper.made[0]!.slot)!;
    const taking = paper.pool.take(RUN, other);
    await paper.settle();
    expect((await taking).slot).toBe(other);
    const validating = paper.pool.take(VALIDATE, paper.made[0]!.slot);
    await paper.settle();
    expect((await validating).toolchain).toBe('validate');
  });

  it('keeps two announced shapes ready side by side', async () => {
    paper = paperPool(1, 4);
    paper.pool.prepare(RUN, 50);
    paper.pool.prepare(VALIDATE, 50);
    await paper.settle();
    expect(paper.made.map(({ toolchain }) => toolchain).toSorted()).toEqual([
      'run',
      'run',
      'validate',
      'validate',
    ]);
  });

  it('makes one itself when making ahead failed, and tells who takes it if that fails too', async () => {
    paper = paperPool();
    paper.pool.prepare(RUN, 5);
    await paper.settle(new Error('no such image'));
    const taking = paper.pool.take(RUN, paper.slot);
    const outcome = expect(taking).rejects.toThrow('no such image');
    await paper.settle(new Error('no such image'));
    await outcome;
  });

  it('does not hand out one that died while it waited', async () => {
    paper = paperPool();
    paper.pool.prepare(RUN, 1);
    await paper.settle();
    paper.made[0]!.die();
    const taking = paper.pool.take(RUN, paper.slot);
    await paper.settle();
    expect(await taking).toBe(paper.made[1]);
  });

  it('makes nothing ahead while paused, and resolves the pause when nothing is being made', async () => {
    paper = paperPool(1, 4, 1);
    paper.pool.prepare(RUN, 4);
    let paused = false;
    const pausing = paper.pool.pause().then(() => (paused = true));
    expect(paused).toBe(false);
    await paper.settle();
    await pausing;
    expect(paper.made).toHaveLength(1);
    paper.pool.resume();
    await paper.settle();
    expect(paper.made).toHaveLength(4);
  });

  it('lets a shape that is wanted take the place of one that is idle', async () => {
    paper = paperPool(1, 2);
    paper.pool.prepare(RUN, 2);
    await paper.settle();
    paper.advance(20_000);
    paper.pool.prepare(VALIDATE, 1);
    await paper.settle();
    expect(paper.made.map(({ toolchain, discarded }) => [toolchain, discarded])).toEqual([
      ['run', true],
      ['run', false],
      ['validate', false],
    ]);
  });

  it('discards all at its close, also what is being made', async () => {
    paper = paperPool(1, 4, 2);
    paper.pool.prepare(RUN, 4);
    const closing = paper.pool.close();
    await paper.settle();
    await closing;
    expect(paper.made.length).toBeGreaterThan(0);
    expect(paper.made.every(({ discarded }) => discarded)).toBe(true);
    await expect(paper.pool.take(RUN, paper.slot)).rejects.toThrow('closed');
  });
});
