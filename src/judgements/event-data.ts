import type { EventType } from '../events/event-type.js';
import type { JudgementEvent } from '../judging/judgement.js';
import { ownerRun, PENDING_REVIEW } from './owner-run.js';

export interface EventData {
  readonly type: EventType;
  readonly data: object;
}

/** Events are read by many, and kept: whoever wants all of a compiler's log asks for the judgement. */
const LOG_CHARACTERS = 4096;

/** What the outbox is told of an event of judging: what the submission's owner may see, and no data. */
export function eventData(event: JudgementEvent): EventData {
  switch (event.type) {
    case 'started':
      return {
        type: 'judgement.started',
        data: {
          mode: event.mode,
          test_cases: event.testCases,
          cpu_time_limit_ms: event.cpuTimeLimitMs,
          memory_limit_bytes: event.memoryLimitBytes,
        },
      };
    case 'compiled':
      return {
        type: 'judgement.compiled',
        data: {
          accepted: event.accepted,
          reason: event.reason,
          log: event.accepted ? null : event.log.slice(0, LOG_CHARACTERS),
        },
      };
    case 'run':
      return { type: 'judgement.run', data: runData(event) };
    case 'finished':
      return {
        type: 'judgement.finished',
        data: {
          judgement_type_id: event.verdict,
          reason: event.verdict === 'JE' ? PENDING_REVIEW : event.reason,
          cpu_time_ms: event.cpuTimeMs,
          memory_bytes: event.memoryBytes,
        },
      };
  }
}

function runData(event: Extract<JudgementEvent, { type: 'run' }>): object {
  const run = ownerRun(event);
  return {
    ordinal: run.ordinal,
    judgement_type_id: run.verdict,
    visibility: run.visibility,
    test_case: run.testCase ?? null,
    rule: run.rule,
    reason: run.reason,
    cpu_time_ms: run.cpuTimeMs,
    wall_time_ms: run.wallTimeMs,
    memory_bytes: run.memoryBytes,
  };
}
