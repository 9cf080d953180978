export interface Once<T> {
  (key: string): Promise<T>;
  /** The next call asks again. */
  forget(key: string): void;
}

/** Asks once for each key; a failure is forgotten. */
export function once<T>(ask: (key: string) => Promise<T>): Once<T> {
  const known = new Map<string, Promise<T>>();
  const get = (key: string): Promise<T> => {
    const pending = known.get(key);
    if (pending !== undefined) return pending;
    const answer = ask(key);
    known.set(key, answer);
    answer.catch(() => known.delete(key));
    return answer;
  };
  return Object.assign(get, { forget: (key: string) => void known.delete(key) });
}
