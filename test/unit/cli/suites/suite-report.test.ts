import { describe, expect, it } from 'vitest';
import { SuiteCollector, type Failure } from '../../../../src/cli/suites/suite-report.js';

function collect() {
  const failures: Failure[] = [];
  const collector = new SuiteCollector(
    () => undefined,
    (failure) => failures.push(failure),
  );
  const say = (line: object) => collector.take(`minos-test:${JSON.stringify(line)}`);
  return { collector, failures, say };
}

const PASSED = { type: 'case', passed: true, title: 'a', messages: [] };
const FAILED = { type: 'case', passed: false, title: 'b', messages: ['why'] };

describe('the report of a suite', () => {
  it('counts its cases', () => {
    const { collector, failures, say } = collect();
    for (const line of [PASSED, FAILED, PASSED, { type: 'end' }]) say(line);
    expect(collector.finish(1)).toEqual({ passed: 2, failed: 1 });
    expect(failures).toMatchObject([{ title: 'b', messages: ['why'] }]);
  });

  it('fails a suite that did not come to its end, and shows what it said last', () => {
    const { collector, failures, say } = collect();
    say(PASSED);
    collector.take('Segmentation fault');
    expect(collector.finish(139)).toEqual({ passed: 1, failed: 1 });
    expect(failures).toEqual([{ title: 'the suite crashed', messages: ['Segmentation fault'] }]);
  });

  it('fails a suite that ran no test', () => {
    const { collector, say } = collect();
    say({ type: 'end' });
    expect(collector.finish(0)).toEqual({ passed: 0, failed: 1 });
  });

  it('fails a suite that ends badly without a failed case', () => {
    const { collector, say } = collect();
    for (const line of [PASSED, { type: 'end' }]) say(line);
    expect(collector.finish(1)).toEqual({ passed: 1, failed: 1 });
  });

  it('takes a check as one case', () => {
    expect(collect().collector.finishCheck(0)).toEqual({ passed: 1, failed: 0 });
    expect(collect().collector.finishCheck(2)).toEqual({ passed: 0, failed: 1 });
  });
});
