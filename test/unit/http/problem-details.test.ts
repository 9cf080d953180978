import { BadRequestException } from '@nestjs/common';
import { describe, expect, it } from 'vitest';
import { JudgeError } from '../../../src/errors.js';
import { problemDetails } from '../../../src/http/problem-details.js';

describe('problem details', () => {
  it('carry the code and the message of the catalogue', () => {
    const error = new JudgeError('bad-package', 'problem.yaml: name is missing');
    expect(problemDetails(error, '/p')).toEqual({
      type: 'about:blank',
      title: 'The problem package is not valid',
      status: 422,
      code: 'bad-package',
      detail: 'problem.yaml: name is missing',
      instance: '/p',
    });
  });

  it('list what a validation found', () => {
    const error = new BadRequestException(['a must be a number', 'b should not exist']);
    expect(problemDetails(error, '/p')).toMatchObject({
      status: 400,
      code: 'bad-usage',
      errors: ['a must be a number', 'b should not exist'],
    });
  });

  it('say nothing of what went wrong inside', () => {
    const inside = problemDetails(new Error('connect ECONNREFUSED 10.0.0.7'), '/p');
    expect(inside).toMatchObject({ status: 500, code: 'internal' });
    expect(JSON.stringify(inside)).not.toContain('ECONNREFUSED');
    const ours = problemDetails(new JudgeError('bad-config', '/etc/secret.yaml: …'), '/p');
    expect(JSON.stringify(ours)).not.toContain('secret');
  });
});
