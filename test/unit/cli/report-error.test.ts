import { describe, expect, it } from 'vitest';
import { reportError } from '../../../src/cli/report-error.js';
import { JudgeError } from '../../../src/errors.js';
import { SandboxFailure } from '../../../src/judging/ports.js';

describe('an error on the command line', () => {
  it('is one clear line with its code, and details below', () => {
    const error = new JudgeError('engine-unavailable', 'no engine', { details: ['do this'] });
    expect(reportError(error, false)).toEqual({
      exitCode: 3,
      lines: ['minos: no engine [engine-unavailable]', '  do this'],
    });
  });

  it('is the sandbox’s when the sandbox failed', () => {
    expect(reportError(new SandboxFailure('gone'), false)).toEqual({
      exitCode: 3,
      lines: ['minos: gone [sandbox-failed]'],
    });
  });

  it('is a fault of ours when nobody expected it', () => {
    const { exitCode, lines } = reportError(new TypeError('x is\nundefined'), false);
    expect(exitCode).toBe(3);
    expect(lines).toEqual(['minos: A fault in Minos itself: x is·undefined [internal]']);
  });

  it('shows where it happened, and why, when asked', () => {
    const error = new Error('outer', { cause: new Error('inner') });
    const { lines } = reportError(error, true);
    expect(lines).toContain('caused by:');
    expect(lines.join('\n')).toContain('Error: inner');
  });
});
