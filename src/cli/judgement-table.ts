import Table from 'cli-table3';
import type { FinishedEvent } from '../judging/judgement.js';
import { formatBytes, formatSeconds } from '../judging/reason.js';
import type { Run } from '../judging/run.js';
import { VERDICTS } from '../judging/verdict.js';
import type { Paint } from './paint.js';
import { onOneLine } from './printable.js';
import { renderSampleDifference } from './sample-difference.js';
import { paintVerdict } from './verdict-colour.js';

export interface Judgement {
  readonly runs: readonly Run[];
  readonly finished: FinishedEvent;
  /** Of a compiler that refused. */
  readonly compileLog: string;
}

const LOG_LINES_SHOWN = 20;

/** A judgement for people: the cases, what a sample got wrong, the verdict. */
export function renderJudgement(judgement: Judgement, paint: Paint): string {
  const { runs, finished, compileLog } = judgement;
  const differences = runs.flatMap((run) => renderSampleDifference(run, paint));
  return [
    ...(finished.verdict === 'CE' ? [renderLog(compileLog)] : []),
    ...(runs.length === 0 ? [] : [renderTable(runs, paint)]),
    ...differences,
    renderVerdict(finished, paint),
  ].join('\n');
}

/** As tall as it is, without lines between the rows. */
export function plainTable(head: readonly string[], right: readonly number[] = []) {
  return new Table({
    head: [...head],
    colAligns: head.map((_, column) => (right.includes(column) ? 'right' : 'left')),
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 2 },
    chars: {
      top: '',
      'top-mid': '',
      'top-left': '',
      'top-right': '',
      bottom: '',
      'bottom-mid': '',
      'bottom-left': '',
      'bottom-right': '',
      left: '',
      'left-mid': '',
      mid: '',
      'mid-mid': '',
      right: '',
      'right-mid': '',
      middle: '',
    },
  });
}

function renderTable(runs: readonly Run[], paint: Paint): string {
  const head = ['case', 'verdict', 'CPU', 'memory', 'why'].map((title) => paint('bold', title));
  const table = plainTable(head, [2, 3]);
  for (const run of runs) {
    table.push([
      run.testCase,
      paintVerdict(paint, run.verdict),
      formatSeconds(run.cpuTimeMs),
      formatBytes(run.memoryBytes),
      onOneLine(run.verdict === 'AC' ? '' : why(run)),
    ]);
  }
  return table.toString().replaceAll(/ +$/gm, '');
}

function why({ reason, feedback }: Run): string {
  return [reason, feedback?.teamMessage].filter(Boolean).join('; ');
}

function renderLog(log: string): string {
  const lines = log.trimEnd().split('\n');
  const shown = lines.slice(0, LOG_LINES_SHOWN).map(onOneLine);
  const more = lines.length - shown.length;
  return [...shown, ...(more > 0 ? [`… ${more} more lines`] : [])].join('\n');
}

function renderVerdict(finished: FinishedEvent, paint: Paint): string {
  const { verdict, testCase, reason, cpuTimeMs, memoryBytes } = finished;
  const title = paintVerdict(paint, verdict, `${verdict} (${VERDICTS[verdict].name})`);
  const where = testCase === undefined ? '' : ` on ${testCase}`;
  const because = reason === '' ? '' : `: ${onOneLine(reason)}`;
  const cost =
    verdict === 'CE' || memoryBytes === 0
      ? ''
      : ` — at most ${formatSeconds(cpuTimeMs)} CPU, ${formatBytes(memoryBytes)}`;
  return `${title}${where}${because}${cost}`;
}
