import type { Blobs } from '../blobs/blobs.js';
import type { ProblemPackage } from './problem-package.js';
import type { ProblemSummary, SummarySample, SummaryStatement } from './problem-summary.js';

/** Puts what solvers may see of a package into the blob store, and says what it is. */
export async function summarize(
  { problem, statement }: ProblemPackage,
  blobs: Blobs,
): Promise<ProblemSummary> {
  const statements: SummaryStatement[] = [];
  for (const { language, format, content } of statement.files) {
    statements.push({ language, format, ...(await blobs.put(content.read())) });
  }
  const samples: SummarySample[] = [];
  for (const { name, visibility, input, answer } of problem.testCases) {
    if (visibility !== 'sample') continue;
    samples.push({
      name,
      input: await blobs.put(input.read()),
      answer: await blobs.put(answer.read()),
    });
  }
  const { memoryBytes, outputBytes, codeBytes } = problem.limits;
  return {
    names: statement.names,
    limits: { memoryBytes: memoryBytes ?? null, outputBytes, codeBytes },
    languages: problem.allowedLanguages ?? null,
    testCases: problem.testCases.length,
    statements,
    samples,
  };
}
