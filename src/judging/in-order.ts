/**
 * Works on up to `width` items at a time and yields the results in the order of the items, so that
 * parallel work gives the same answer as serial work. When the consumer stops early, what is under
 * way is aborted, and waited for.
 */
export async function* inOrder<Item, Result>(
  items: readonly Item[],
  width: number,
  work: (item: Item, signal: AbortSignal) => Promise<Result>,
  outer?: AbortSignal,
): AsyncGenerator<Result> {
  const stop = new AbortController();
  const signal = outer === undefined ? stop.signal : AbortSignal.any([stop.signal, outer]);
  const underWay: Promise<Result>[] = [];
  let next = 0;
  const startNext = (): void => {
    const item = items[next];
    if (item === undefined) return;
    next += 1;
    const result = work(item, signal);
    // Awaited below in its turn; until then a failure must not count as unhandled.
    result.catch(() => undefined);
    underWay.push(result);
  };
  try {
    for (let slot = 0; slot < width; slot += 1) startNext();
    for (let first = underWay.shift(); first !== undefined; first = underWay.shift()) {
      const result = await first;
      startNext();
      yield result;
    }
  } finally {
    stop.abort(new Error('judging ended before this case'));
    await Promise.allSettled(underWay);
  }
}
