/** What is known of a suite while it runs. */
export interface SuiteReport {
  readonly passed: number;
  readonly failed: number;
}

export interface Failure {
  readonly title: string;
  readonly messages: readonly string[];
}

/** A line of `test/case-reporter.mjs`. */
type ReporterLine =
  | { readonly type: 'begun'; readonly title: string }
  | ({ readonly type: 'case'; readonly passed: boolean } & Failure)
  | { readonly type: 'end' };

const PREFIX = 'minos-test:';
const TAIL_LINES = 40;

/**
 * Collects the output of a suite. What counts is cases; a suite that did not come to its end, or
 * that ran no test, has failed whatever its exit code.
 */
export class SuiteCollector {
  #passed = 0;
  #failed = 0;
  #ended = false;
  readonly #tail: string[] = [];
  readonly #onBegin: (title: string) => void;
  readonly #onFailure: (failure: Failure) => void;

  constructor(onBegin: (title: string) => void, onFailure: (failure: Failure) => void) {
    this.#onBegin = onBegin;
    this.#onFailure = onFailure;
  }

  take(line: string): void {
    if (!line.startsWith(PREFIX)) {
      this.#tail.push(line);
      if (this.#tail.length > TAIL_LINES) this.#tail.shift();
      return;
    }
    const said = JSON.parse(line.slice(PREFIX.length)) as ReporterLine;
    switch (said.type) {
      case 'begun':
        this.#onBegin(said.title);
        return;
      case 'case':
        if (said.passed) this.#passed += 1;
        else this.#fail(said);
        return;
      case 'end':
        this.#ended = true;
    }
  }

  /** For suites of test cases. */
  finish(exitCode: number): SuiteReport {
    const ran = this.#passed + this.#failed;
    if (!this.#ended) this.#fail({ title: 'the suite crashed', messages: this.#tail });
    else if (ran === 0) this.#fail({ title: 'the suite ran no test', messages: this.#tail });
    else if (exitCode !== 0 && this.#failed === 0) {
      this.#fail({ title: `the suite ended with ${exitCode}`, messages: this.#tail });
    }
    return { passed: this.#passed, failed: this.#failed };
  }

  /** For checks, which are one test case. */
  finishCheck(exitCode: number): SuiteReport {
    if (exitCode === 0) return { passed: 1, failed: 0 };
    this.#fail({ title: `it ended with ${exitCode}`, messages: this.#tail });
    return { passed: 0, failed: 1 };
  }

  #fail(failure: Failure): void {
    this.#failed += 1;
    this.#onFailure(failure);
  }
}
