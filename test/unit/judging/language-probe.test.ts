import { describe, expect, it } from 'vitest';
import type { ExecutionRequest } from '../../../src/judging/execution.js';
import { judgeToEnd } from '../../../src/judging/judge-to-end.js';
import type { Language } from '../../../src/judging/language.js';
import { memoryPorts } from '../../fakes/memory-ports.js';
import { file, problem, testCase, TOY_LANGUAGE } from '../../fakes/sample-problem.js';
import { ScriptedSandbox, type Script } from '../../fakes/scripted-sandbox.js';

const PROBE = 'print number';
const TWO = problem([testCase('secret/1'), testCase('secret/2')]);
const REJECTED: Script = { end: { kind: 'exited', exitCode: 127 } };

async function textOf({ files: [first] }: ExecutionRequest): Promise<string> {
  let text = '';
  for await (const chunk of first?.content.read() ?? []) text += Buffer.from(chunk).toString();
  return text;
}

/** A machine that compiles and runs the probe and other programs as told. */
function machine(
  play: (what: 'probe' | 'program', purpose: ExecutionRequest['purpose']) => Script,
) {
  const sandbox = new ScriptedSandbox(async (request) => {
    const isProbe = (await textOf(request)) === PROBE;
    probed += isProbe ? 1 : 0;
    return play(isProbe ? 'probe' : 'program', request.purpose);
  });
  let probed = 0;
  const ports = memoryPorts(sandbox);
  const language: Language = { ...TOY_LANGUAGE, probe: PROBE };
  return {
    probed: () => probed,
    judge: async (judged = language, mode: 'lazy' | 'full' = 'lazy') => {
      const submission = { language: judged, files: [file('main.toy', 'toy source')] };
      return (await judgeToEnd({ problem: TWO, submission, mode }, ports)).finished;
    },
  };
}

describe('a compiler that rejects a program', () => {
  it('is not believed when it rejects the probe, too', async () => {
    const { judge } = machine((_, purpose) => (purpose === 'compile' ? REJECTED : {}));
    const finished = await judge();
    expect(finished).toMatchObject({ verdict: 'JE', fault: 'sandbox' });
    expect(finished.reason).toBe(
      'Toy does not work on this machine: its probe ended in CE, the compiler exited with 127',
    );
  });

  it('is not believed when what it makes of the probe does not run', async () => {
    const { judge } = machine((what) => (what === 'program' ? REJECTED : { prints: '41\n' }));
    expect(await judge()).toMatchObject({ verdict: 'JE', fault: 'sandbox' });
  });

  it('is believed when the probe is right, which is asked for once', async () => {
    const { judge, probed } = machine((what) => (what === 'program' ? REJECTED : { prints: '42' }));
    expect(await judge()).toMatchObject({ verdict: 'CE', reason: 'the compiler exited with 127' });
    expect((await judge()).verdict).toBe('CE');
    // To be compiled, and to be run.
    expect(probed()).toBe(2);
  });

  it('is believed again once it is mended', async () => {
    let isBroken = true;
    const { judge } = machine((what) =>
      isBroken || what === 'program' ? REJECTED : { prints: '42' },
    );
    expect((await judge()).verdict).toBe('JE');
    isBroken = false;
    expect((await judge()).verdict).toBe('CE');
  });

  it('is believed in a language without a probe', async () => {
    const { judge } = machine(() => REJECTED);
    expect((await judge(TOY_LANGUAGE)).verdict).toBe('CE');
  });
});

describe('a program that fails', () => {
  const failures: Readonly<Record<string, Script>> = {
    WA: { prints: 'warning: shared archive is not mapped\n' },
    RTE: { end: { kind: 'exited', exitCode: 127 } },
    TLE: { stopCause: 'cpu-time', cpuTimeMs: 60_000 },
  };
  it.each(Object.entries(failures))('gets no %s when the probe fails, too', async (_, failure) => {
    const { judge } = machine((__, purpose) => (purpose === 'run' ? failure : {}));
    expect(await judge()).toMatchObject({ verdict: 'JE', fault: 'sandbox' });
  });

  it.each(Object.entries(failures))('gets %s when the probe is right', async (verdict, failure) => {
    const { judge, probed } = machine((what, purpose) => {
      if (purpose !== 'run') return {};
      return what === 'probe' ? { prints: '42\n' } : failure;
    });
    expect((await judge(undefined, 'full')).verdict).toBe(verdict);
    expect(probed()).toBe(2);
  });
});

describe('a program that is accepted', () => {
  it('asks for no probe', async () => {
    const { judge, probed } = machine(() => ({ prints: 'yes\n' }));
    expect((await judge()).verdict).toBe('AC');
    expect(probed()).toBe(0);
  });
});
