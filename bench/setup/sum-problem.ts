import { sourceOf, type ByteSource } from '../../src/judging/bytes.js';
import { DEFAULT_COMPARISON } from '../../src/judging/comparison/comparison-options.js';
import { judgeSubmission } from '../../src/judging/judge-submission.js';
import type { JudgementEvent } from '../../src/judging/judgement.js';
import type { Language } from '../../src/judging/language.js';
import type { Ports } from '../../src/judging/ports.js';
import type { Problem, TestCase } from '../../src/judging/problem.js';
import type { Submission } from '../../src/judging/submission.js';
import { benchLimits } from './limits.js';

/** As students write them. */
const SOURCES: Readonly<Record<string, (mark: string) => string>> = {
  cpp20: (mark) => `// ${mark}
#include <bits/stdc++.h>
using namespace std;
int main() { long a, b; cin >> a >> b; cout << a + b << endl; }
`,
  python3: (mark) => `# ${mark}
a, b = map(int, input().split())
print(a + b)
`,
  java: (mark) => `// ${mark}
import java.util.Scanner;
public class Main {
  public static void main(String[] arguments) {
    Scanner in = new Scanner(System.in);
    System.out.println(in.nextLong() + in.nextLong());
  }
}
`,
};

const CHUNK_BYTES = 64 * 1024;
let submissions = 0;

/** Never the same source twice, so that it is compiled each time. */
export function sumSubmission(language: Language): Submission {
  const source = SOURCES[language.id];
  if (source === undefined) throw new Error(`no program for ${language.id}`);
  const content = sourceOf(Buffer.from(source(`submission ${(submissions += 1)}`)));
  return { language, files: [{ name: language.sourceFile, executable: false, content }] };
}

/** Adding two numbers, in cases that all differ, made as they are read. */
export function sumProblem(cases: number, inputBytes = 0): Problem {
  return {
    id: 'sum',
    name: 'Sum',
    limits: benchLimits(),
    testCases: Array.from({ length: cases }, (_, index) => sumCase(index, inputBytes)),
    validator: { kind: 'default' },
    includes: {},
  };
}

function sumCase(index: number, inputBytes: number): TestCase {
  return {
    name: `secret/${index}`,
    visibility: 'secret',
    input: padded(`${index} 1\n`, inputBytes),
    answer: sourceOf(Buffer.from(`${index + 1}\n`)),
    contentId: String(index),
    programArguments: [],
    validatorArguments: [],
    comparison: DEFAULT_COMPARISON,
    files: [],
  };
}

/** The text, and empty lines up to that size. */
function padded(text: string, atLeastBytes: number): ByteSource {
  const head = Buffer.from(text);
  const sizeBytes = Math.max(head.byteLength, atLeastBytes);
  if (sizeBytes === head.byteLength) return sourceOf(head);
  return {
    sizeBytes,
    async *read() {
      yield head;
      const lines = Buffer.alloc(CHUNK_BYTES, '\n');
      for (let left = sizeBytes - head.byteLength; left > 0; left -= CHUNK_BYTES) {
        yield lines.subarray(0, left);
      }
    },
  };
}

/** Every case of one submission. @throws Error unless it is accepted. */
export async function judgeSum(
  submission: Submission,
  problem: Problem,
  ports: Ports,
  onEvent: (event: JudgementEvent) => void = () => undefined,
): Promise<void> {
  let verdict = 'none';
  for await (const event of judgeSubmission({ problem, submission, mode: 'full' }, ports)) {
    onEvent(event);
    if (event.type === 'finished') verdict = `${event.verdict} ${event.reason}`.trim();
  }
  if (verdict !== 'AC') throw new Error(`the verdict is ${verdict}`);
}
