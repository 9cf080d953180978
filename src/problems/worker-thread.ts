import { Worker } from 'node:worker_threads';
import { JudgeError, type ErrorCode } from '../errors.js';

/**
 * A module in a thread of its own, for work on bytes of strangers: it can take too long or too much
 * memory, and is then stopped without the judge noticing. The module exports `work(input)`.
 *
 * One call at a time; others wait. The thread is started at the first call, again after a stop, and
 * does not keep the process alive.
 */
export class WorkerThread<Input, Output> implements AsyncDisposable {
  readonly #options: WorkerThreadOptions;
  #worker: Worker | undefined;
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: WorkerThreadOptions) {
    this.#options = options;
  }

  /** @throws JudgeError what `work` throws of them; else `bad-package` when it was stopped. */
  async call(input: Input): Promise<Output> {
    const answer = this.#last.then(() => this.#callNow(input));
    this.#last = answer.catch(() => undefined);
    return await answer;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#worker?.terminate();
    this.#worker = undefined;
  }

  async #callNow(input: Input): Promise<Output> {
    const worker = (this.#worker ??= this.#start());
    worker.ref();
    try {
      const reply = await this.#ask(worker, input);
      if ('error' in reply) throw revive(reply.error);
      return reply.output;
    } catch (error) {
      if (!(error instanceof Stopped)) throw error;
      await this.#stop(worker);
      throw new JudgeError('bad-package', error.message, { cause: error });
    } finally {
      worker.unref();
    }
  }

  async #ask(worker: Worker, input: Input): Promise<Reply<Output>> {
    const { deadlineMs, what } = this.#options;
    return await new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        end(new Stopped(`${what} took longer than ${deadlineMs / 1000} s`));
      }, deadlineMs);
      const end = (result: Reply<Output> | Stopped): void => {
        clearTimeout(timer);
        worker.off('message', end);
        worker.off('error', onError);
        worker.off('exit', onExit);
        if (result instanceof Stopped) reject(result);
        else resolve(result);
      };
      const onError = (cause: unknown): void => {
        end(new Stopped(`${what} could not be finished: ${messageOf(cause)}`, { cause }));
      };
      const onExit = (): void => end(new Stopped(`${what} ended early`));
      worker.on('message', end);
      worker.on('error', onError);
      worker.on('exit', onExit);
      worker.postMessage(input);
    });
  }

  #start(): Worker {
    const { module, memoryMib } = this.#options;
    const worker = new Worker(BOOTSTRAP, {
      eval: true,
      workerData: module.href,
      // Nothing of ours is for code that works on bytes of strangers.
      env: {},
      resourceLimits: { maxOldGenerationSizeMb: memoryMib },
    });
    // Without a listener an error of an idle thread would end the process.
    worker.on('error', () => (this.#worker = undefined));
    return worker;
  }

  async #stop(worker: Worker): Promise<void> {
    this.#worker = undefined;
    await worker.terminate();
  }
}

export interface WorkerThreadOptions {
  readonly module: URL;
  /** What it does, to begin a sentence with. */
  readonly what: string;
  readonly deadlineMs: number;
  /** Of its heap; buffers are not in it. */
  readonly memoryMib: number;
}

/** The module beside the one that asks: compiled, or, in tests, as it was written. */
export function moduleBeside(importer: string, name: string): URL {
  return new URL(`${name}${importer.endsWith('.ts') ? '.ts' : '.js'}`, importer);
}

interface ErrorParts {
  readonly code: ErrorCode;
  readonly message: string;
  readonly details: readonly string[];
}
type Reply<Output> = { readonly output: Output } | { readonly error: ErrorParts };

/**
 * Loads the module and answers. Node strips the types of a module of a checkout that is not built,
 * but does not know that `./a.js` is `./a.ts` then.
 */
const BOOTSTRAP = `
const { parentPort, workerData } = require('node:worker_threads');
const { registerHooks } = require('node:module');
if (workerData.endsWith('.ts')) {
  registerHooks({
    resolve(specifier, context, next) {
      const isOurs = /^\\..*\\.js$/.test(specifier) && context.parentURL?.endsWith('.ts');
      return next(isOurs ? specifier.slice(0, -2) + 'ts' : specifier, context);
    },
  });
}
const loading = import(workerData);
// The first call hears of it.
loading.catch(() => undefined);
parentPort.on('message', async (input) => {
  try {
    const { work } = await loading;
    parentPort.postMessage({ output: await work(input) });
  } catch (error) {
    const { code = 'internal', message = String(error), details = [] } = error;
    parentPort.postMessage({ error: { code: String(code), message, details } });
  }
});
`;

/** The thread, not the work, came to an end. */
class Stopped extends Error {}

function revive({ code, message, details }: ErrorParts): Error {
  return code === 'bad-package'
    ? new JudgeError('bad-package', message, { details })
    : new JudgeError('internal', `${code}: ${message}`);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
