import { describe, expect, it } from 'vitest';
import { eventData } from '../../../src/judgements/event-data.js';
import type { JudgementRow } from '../../../src/judgements/judgement-row.js';
import { toJudgementDto } from '../../../src/judgements/judgement.dto.js';
import { ownerRun, PENDING_REVIEW } from '../../../src/judgements/owner-run.js';
import { toRunDto, type RunRow } from '../../../src/judgements/run.dto.js';
import { shownVerdict } from '../../../src/judgements/verdict-view.js';
import type { JudgementEvent } from '../../../src/judging/judgement.js';
import type { Run } from '../../../src/judging/run.js';
import { VERDICTS, type Verdict } from '../../../src/judging/verdict.js';

const OWNER = { staff: false, view: 'detailed' } as const;
const STAFF = { staff: true, view: 'detailed' } as const;
const ICPC = { staff: false, view: 'icpc' } as const;
/** In everything that an owner must not see. */
const SECRET = 'CANARY';

const RUN: Run = {
  ordinal: 3,
  testCase: `secret/${SECRET}`,
  visibility: 'secret',
  verdict: 'WA',
  rule: 'validator',
  reason: 'first difference: line 1',
  cpuTimeMs: 10.4,
  wallTimeMs: 20,
  memoryBytes: 4096,
  end: { kind: 'exited', exitCode: 0 },
  attempts: [{ verdict: 'WA', cpuTimeMs: 10, wallTimeMs: 20 }],
  feedback: { judgeMessage: `expected ${SECRET}`, teamMessage: 'try again' },
  sample: { answer: SECRET, teamOutput: SECRET, stderr: SECRET },
};

function runRow(changes: Partial<Run> = {}): RunRow {
  return {
    judgement_id: 'j',
    ordinal: 3,
    run: { ...RUN, ...changes },
    taken_over: true,
    finished_at: new Date(0),
  };
}

const COMPILED: JudgementEvent = {
  type: 'compiled',
  accepted: true,
  reason: '',
  artifactHash: 'abc',
  log: `include/${SECRET}.h: warning`,
  cpuTimeMs: 100,
  wallTimeMs: 200,
  memoryBytes: 1000,
};

function judgementRow(changes: Partial<JudgementRow> = {}): JudgementRow {
  return {
    id: 'j',
    submission_id: 's',
    problem_version: 1,
    rejudging_id: `${SECRET}-rejudging`,
    current: true,
    state: 'finished',
    job_id: `${SECRET}-job`,
    attempt: 2,
    worker_id: `${SECRET}-worker`,
    verdict: 'WA',
    reason: 'first difference: line 1',
    test_case: `secret/${SECRET}`,
    fault: null,
    cpu_time_ms: 12.3456,
    memory_bytes: 4096,
    test_cases: 7,
    compilation: COMPILED,
    toolchain: { image: SECRET },
    queued_at: new Date(0),
    started_at: new Date(1),
    finished_at: new Date(2),
    ...changes,
  };
}

describe('what an owner sees of a run', () => {
  it('holds nothing of a secret case, and nothing for staff', () => {
    expect(JSON.stringify(toRunDto(runRow(), OWNER))).not.toContain(SECRET);
    expect(toRunDto(runRow(), OWNER)).toMatchObject({
      id: 'j-3',
      judgement_type_id: 'WA',
      run_time: 0.01,
      test_case: null,
      team_message: 'try again',
      sample: null,
    });
  });

  it('holds the name and the excerpts of a sample', () => {
    const sample = { answer: '3', teamOutput: '4', stderr: '' };
    const row = runRow({ testCase: 'sample/1', visibility: 'sample', sample });
    expect(toRunDto(row, OWNER)).toMatchObject({
      test_case: 'sample/1',
      sample: { answer: '3', team_output: '4', stderr: '' },
    });
    expect(JSON.stringify(toRunDto(row, OWNER))).not.toContain(SECRET);
  });

  it('says of a judging error that it is ours, and not what it was', () => {
    const row = runRow({ verdict: 'JE', reason: `validator: ${SECRET}` });
    const shown = toRunDto(row, OWNER);
    expect(shown).toMatchObject({ judgement_type_id: 'JE', reason: PENDING_REVIEW });
    expect(shown.team_message).toBeNull();
    expect(JSON.stringify(shown)).not.toContain(SECRET);
  });

  it('does not come to hold what is added to a run later', () => {
    const grown = { ...RUN, difference: SECRET } as Run;
    expect(JSON.stringify(ownerRun(grown))).not.toContain(SECRET);
  });
});

describe('what staff see of a run', () => {
  it('is all of it but the excerpts that no secret case has', () => {
    expect(toRunDto(runRow(), STAFF)).toMatchObject({
      test_case: `secret/${SECRET}`,
      judge_message: `expected ${SECRET}`,
      taken_over: true,
      sample: null,
    });
    const failed = runRow({ verdict: 'JE', reason: 'the validator exited with 1' });
    expect(toRunDto(failed, STAFF).reason).toBe('the validator exited with 1');
  });
});

describe('what an owner sees of a judgement', () => {
  it('holds nothing of secret cases, workers, rejudgings and toolchains', () => {
    const shown = toJudgementDto(judgementRow(), OWNER);
    expect(JSON.stringify(shown)).not.toContain(SECRET);
    expect(shown).toMatchObject({
      judgement_type_id: 'WA',
      max_run_time: 0.012,
      reason: 'first difference: line 1',
      compilation: { accepted: true, log: null },
    });
  });

  it('holds what the compiler said when it did not compile', () => {
    const compilation = { ...COMPILED, accepted: false, reason: 'exit code 1', log: 'main.c:1' };
    const shown = toJudgementDto(judgementRow({ verdict: 'CE', compilation }), OWNER);
    expect(shown.compilation).toMatchObject({ reason: 'exit code 1', log: 'main.c:1' });
  });

  it('says of a judging error that it is pending review', () => {
    const row = judgementRow({ verdict: 'JE', fault: 'problem', reason: SECRET });
    const shown = toJudgementDto(row, OWNER);
    expect(shown).toMatchObject({ judgement_type_id: 'JE', reason: PENDING_REVIEW });
    expect(JSON.stringify(shown)).not.toContain(SECRET);
    expect(toJudgementDto(row, STAFF)).toMatchObject({ reason: SECRET, fault: 'problem' });
  });
});

describe('the strict ICPC view', () => {
  const shown: Readonly<Record<Verdict, Verdict | null>> = {
    AC: 'AC',
    WA: 'WA',
    TLE: 'TLE',
    MLE: 'RTE',
    OLE: 'WA',
    RTE: 'RTE',
    CE: 'CE',
    JE: null,
  };

  it.each(Object.keys(VERDICTS) as Verdict[])('shows %s as a contest does', (verdict) => {
    expect(shownVerdict(verdict, 'icpc')).toBe(shown[verdict]);
    expect(shownVerdict(verdict, 'detailed')).toBe(verdict);
  });

  it('keeps no trace of what it hides', () => {
    const run = runRow({ verdict: 'MLE', rule: 'memory', reason: 'killed at 256 MiB' });
    expect(toRunDto(run, ICPC)).toMatchObject({
      judgement_type_id: 'RTE',
      reason: null,
      rule: null,
      attempts: [],
    });
    const pending = toJudgementDto(judgementRow({ verdict: 'JE' }), ICPC);
    expect(pending).toMatchObject({ judgement_type_id: null, end_time: null, reason: null });
  });
});

describe('events', () => {
  const events: readonly JudgementEvent[] = [
    COMPILED,
    { type: 'run', ...RUN },
    {
      type: 'run',
      ...RUN,
      visibility: 'sample',
      testCase: 'sample/1',
      verdict: 'JE',
      reason: SECRET,
    },
    {
      type: 'finished',
      verdict: 'WA',
      testCase: `secret/${SECRET}`,
      reason: '',
      cpuTimeMs: 1,
      memoryBytes: 1,
    },
    {
      type: 'finished',
      verdict: 'JE',
      fault: 'problem',
      reason: SECRET,
      cpuTimeMs: 1,
      memoryBytes: 1,
    },
  ];

  it.each(events.map((event, index) => [event.type, index, event] as const))(
    'of type %s (%i) hold nothing that a solver must not see',
    (_, __, event) => {
      expect(JSON.stringify(eventData(event))).not.toContain(SECRET);
    },
  );

  it('hold no more than the beginning of a log', () => {
    const failed = { ...COMPILED, accepted: false, log: 'x'.repeat(100_000) };
    expect(JSON.stringify(eventData(failed)).length).toBeLessThan(5000);
  });
});
