import { describe, expect, it } from 'vitest';
import { runKey, runSettingKey, type RunSetting } from '../../../src/judgements/run-key.js';
import { file, problem, testCase, TOY_LANGUAGE, toyProgram } from '../../fakes/sample-problem.js';

const ONE = problem([testCase('secret/1')], {
  validator: { kind: 'programs', programs: [toyProgram('validate.toy')] },
});
const SETTING: RunSetting = { problem: ONE, language: TOY_LANGUAGE, toolchainDigest: 'sha256:1' };

describe('the key of a run', () => {
  it('is the same for the same artifact, case and setting, read anew', async () => {
    const again = problem([testCase('secret/1'), testCase('secret/2')], {
      validator: { kind: 'programs', programs: [toyProgram('validate.toy')] },
    });
    const key = await runSettingKey(SETTING);
    expect(await runSettingKey({ ...SETTING, problem: again })).toBe(key);
    expect(runKey(key, 'a', 'c')).toBe(runKey(key, 'a', 'c'));
  });

  it('changes with the artifact and with the case', async () => {
    const key = await runSettingKey(SETTING);
    const keys = [runKey(key, 'a', 'c'), runKey(key, 'b', 'c'), runKey(key, 'a', 'd')];
    expect(new Set([...keys, runKey(key, 'ac', '')]).size).toBe(4);
  });

  const slower = { ...ONE.limits, cpuTimeMs: 2000 };
  const changed: [string, Partial<RunSetting>][] = [
    ['the time limit', { problem: { ...ONE, limits: slower } }],
    ['the memory limit', { problem: { ...ONE, limits: { ...ONE.limits, memoryBytes: 2 ** 25 } } }],
    [
      'the validation limit',
      { problem: { ...ONE, limits: { ...ONE.limits, validationCpuTimeMs: 1 } } },
    ],
    ['the kind of validator', { problem: { ...ONE, validator: { kind: 'default' } } }],
    [
      "a validator's source",
      {
        problem: {
          ...ONE,
          validator: {
            kind: 'programs',
            programs: [{ language: TOY_LANGUAGE, files: [file('validate.toy', 'other')] }],
          },
        },
      },
    ],
    ["the submission's toolchain", { toolchainDigest: 'sha256:2' }],
    ["the validator's toolchain", { validatorDigests: { toy: 'sha256:2' } }],
    ['the command', { language: { ...TOY_LANGUAGE, run: ['/bin/toy', '{entry}'] } }],
    [
      "the language's profile",
      { language: { ...TOY_LANGUAGE, profile: { ...TOY_LANGUAGE.profile, cpuTimeFactor: 2 } } },
    ],
  ];

  it.each(changed)('changes with %s', async (_what, change) => {
    expect(await runSettingKey({ ...SETTING, ...change })).not.toBe(await runSettingKey(SETTING));
  });
});
