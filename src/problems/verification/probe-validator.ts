import type { Ports } from '../../judging/ports.js';
import type { Problem, TestCase } from '../../judging/problem.js';
import { openOutputCheck } from '../../judging/validate-output.js';
import type { Validation } from '../../judging/validation.js';
import { casesToProbe, type Junk } from './junk-output.js';
import type { VerificationResult } from './verification-result.js';

/** Of what is said of each case, so much. */
const NOTE_CHARACTERS = 300;

/** Gives junk to the validator of a problem, in a few of its cases. */
export async function probeValidator(
  junk: Junk,
  problem: Problem,
  ports: Ports,
  signal?: AbortSignal,
): Promise<Pick<VerificationResult, 'ok' | 'detail'>> {
  const cases = casesToProbe(problem);
  const accepted: string[] = [];
  const failed: string[] = [];
  let probed = 0;
  for (const testCase of cases) {
    const output = junk.outputFor(testCase, cases);
    if (output === undefined) continue;
    probed += 1;
    const validation = await validate(problem, testCase, output, ports, signal);
    if (validation.kind === 'accepted') accepted.push(testCase.name);
    if (validation.kind === 'failed') {
      failed.push(`${testCase.name}: ${validation.message.slice(0, NOTE_CHARACTERS)}`);
    }
  }
  const everywhere = probed > 0 && accepted.length === probed;
  return {
    ok: failed.length === 0 && !(everywhere && junk.neverRight),
    detail: {
      kind: 'check',
      notes: [
        ...failed,
        ...(probed === 0 ? [`there is no case to try ${junk.name} in`] : []),
        ...(accepted.length === 0
          ? []
          : [
              `${junk.name} is accepted in ${everywhere ? 'every case tried' : accepted.join(', ')}`,
            ]),
      ],
    },
  };
}

async function validate(
  problem: Problem,
  testCase: TestCase,
  output: TestCase['answer'],
  ports: Ports,
  signal?: AbortSignal,
): Promise<Validation> {
  await using check = await openOutputCheck(problem, testCase, ports);
  for await (const chunk of output.read()) await check.teamOutput.write(chunk);
  return await check.validate(signal);
}
