import { Client } from 'pg';

/** The text of pg's own error: it has no code. */
const TIMED_OUT = 'Query read timeout';

/** What pg does not declare: its pool throws a client away that is not `_queryable`. */
interface Internals {
  _queryable: boolean;
  readonly connection: { readonly stream: { destroy(): void } };
}

type Callback = (error: Error | null, result: unknown) => void;

/**
 * A client whose connection ends when an answer did not come in `query_timeout`. pg alone leaves the
 * query under way and gives the connection to the next, which then waits behind it: for ever, when
 * the network is gone.
 */
export const DeadlineClient: typeof Client = class extends Client {
  override query(...args: unknown[]): never {
    const last = args.at(-1);
    if (typeof last === 'function') {
      const callback = last as Callback;
      args[args.length - 1] = (error: Error | null, result: unknown) => {
        this.#look(error);
        callback(error, result);
      };
    }
    // The overloads of `query` are beyond what can be said of arguments that are handed on.
    const answer = (super.query as (...all: unknown[]) => unknown).apply(this, args);
    if (answer instanceof Promise) answer.catch((error: unknown) => this.#look(error));
    return answer as never;
  }

  #look(error: unknown): void {
    if (!(error instanceof Error) || error.message !== TIMED_OUT) return;
    const internals = this as unknown as Internals;
    internals._queryable = false;
    internals.connection.stream.destroy();
  }
};
