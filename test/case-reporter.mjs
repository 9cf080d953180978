/**
 * A Vitest reporter for `./minos test`: one line for each test case, and one at the end, without
 * which the suite counts as crashed.
 */
const PREFIX = 'minos-test:';

function say(line) {
  process.stdout.write(`${PREFIX}${JSON.stringify(line)}\n`);
}

function messagesOf(errors) {
  return (errors ?? []).map((error) => String(error.stack ?? error.message ?? error));
}

export default class CaseReporter {
  onTestCaseReady(testCase) {
    say({ type: 'begun', title: testCase.fullName });
  }

  onTestCaseResult(testCase) {
    const { state, errors } = testCase.result();
    say({
      type: 'case',
      // A test that did not run has not passed.
      passed: state === 'passed',
      title: `${testCase.module.relativeModuleId}: ${testCase.fullName}`,
      messages: state === 'skipped' ? ['was skipped'] : messagesOf(errors),
    });
  }

  onTestSuiteResult(suite) {
    this.#reportErrors(`${suite.module.relativeModuleId}: ${suite.fullName}`, suite.errors());
  }

  onTestModuleEnd(module) {
    this.#reportErrors(module.relativeModuleId, module.errors());
  }

  onTestRunEnd(_modules, unhandledErrors) {
    this.#reportErrors('an error outside of any test', unhandledErrors);
    say({ type: 'end' });
  }

  #reportErrors(title, errors) {
    if (errors.length === 0) return;
    say({ type: 'case', passed: false, title, messages: messagesOf(errors) });
  }
}
