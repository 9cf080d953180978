import { sourceOf } from '../judging/bytes.js';
import { DEFAULT_COMPARISON } from '../judging/comparison/comparison-options.js';
import type { FinishedEvent } from '../judging/judgement.js';
import { judgeSubmission, type JudgeJob } from '../judging/judge-submission.js';
import { formatBytes } from '../judging/reason.js';
import type { Program } from '../judging/submission.js';
import type { Canaries } from './canaries.js';
import { HOSTILE_LIMITS } from './hostile-problem.js';
import { file } from './program-files.js';
import type { SuiteDriver } from './suite-driver.js';

const MIB = 2 ** 20;
const BASELINE_RUNS = 3;
/** It takes a millisecond or two: whatever disturbs it takes much more. */
const CPU_TOLERANCE_MS = 100;
const MEMORY_TOLERANCE_BYTES = 2 * MIB;

/** Says back what it is told; the secrets in it are for nobody else. */
function source(canary: string): string {
  return `#include <stdio.h>

/* ${canary} */
int main(void)
{
    char line[256];
    if (fgets(line, sizeof line, stdin) != NULL)
        fputs(line, stdout);
    return 0;
}
`;
}

/** (c) The next well-behaved program of the slot is judged as ever. */
export class HelloWorld {
  readonly #driver: SuiteDriver;
  readonly #canaries: Canaries;
  readonly #program: Program;
  #cpuTimeMs = 0;
  #memoryBytes = 0;

  private constructor(driver: SuiteDriver, canaries: Canaries) {
    this.#driver = driver;
    this.#canaries = canaries;
    const text = source(canaries.make('another submission'));
    this.#program = { language: driver.language('c'), files: [file('main.c', Buffer.from(text))] };
  }

  static async measure(driver: SuiteDriver, canaries: Canaries): Promise<HelloWorld> {
    const hello = new HelloWorld(driver, canaries);
    const runs: FinishedEvent[] = [];
    for (let run = 0; run < BASELINE_RUNS; run += 1) runs.push(await hello.judge());
    hello.#cpuTimeMs = median(runs.map(({ cpuTimeMs }) => cpuTimeMs));
    hello.#memoryBytes = median(runs.map(({ memoryBytes }) => memoryBytes));
    return hello;
  }

  async check(): Promise<readonly string[]> {
    const { verdict, reason, cpuTimeMs, memoryBytes } = await this.judge();
    if (verdict !== 'AC') return [`the next hello, world is ${verdict}: ${reason}`];
    const problems: string[] = [];
    if (cpuTimeMs > this.#cpuTimeMs + CPU_TOLERANCE_MS) {
      problems.push(`the next hello, world took ${cpuTimeMs} ms, not ${this.#cpuTimeMs}`);
    }
    if (Math.abs(memoryBytes - this.#memoryBytes) > MEMORY_TOLERANCE_BYTES) {
      const [now, before] = [formatBytes(memoryBytes), formatBytes(this.#memoryBytes)];
      problems.push(`the next hello, world took ${now}, not ${before}`);
    }
    return problems;
  }

  async judge(): Promise<FinishedEvent> {
    let finished: FinishedEvent | undefined;
    for await (const event of judgeSubmission(this.#job(), this.#driver.ports)) {
      if (event.type === 'finished') finished = event;
    }
    if (finished === undefined) throw new Error('judging ended without a verdict');
    return finished;
  }

  #job(): JudgeJob {
    const line = sourceOf(
      Buffer.from(`${this.#canaries.make('the input and answer of another problem')}\n`),
    );
    return {
      submission: this.#program,
      mode: 'lazy',
      problem: {
        id: 'hello',
        name: 'Hello',
        limits: HOSTILE_LIMITS,
        validator: { kind: 'default' },
        includes: {},
        testCases: [
          {
            name: 'secret/01',
            visibility: 'secret',
            input: line,
            answer: line,
            contentId: 'hello',
            programArguments: [],
            validatorArguments: [],
            comparison: DEFAULT_COMPARISON,
            files: [],
          },
        ],
      },
    };
  }
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
