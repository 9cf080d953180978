import type { ByteWindow } from './byte-window.js';
import { excerpt } from './excerpt.js';
import { IS_SPACE, NEWLINE } from './white-space.js';

export type SpaceMatch = 'needs-team' | 'needs-answer' | 'same' | 'differs';

/**
 * How the white space between tokens is compared. `match` passes it on both sides, as far as it
 * has come; called again when more has.
 */
export interface SpaceRule {
  match(team: ByteWindow, answer: ByteWindow): SpaceMatch;
  /** What differs, after `match` said so. */
  difference(team: ByteWindow, answer: ByteWindow): SpaceDifference;
}

export interface SpaceDifference {
  readonly expected?: string;
  readonly found?: string;
}

/** Any run of white space is as good as any other, also none at the start and the end. */
export const IGNORE_SPACE: SpaceRule = {
  match(team, answer) {
    if (!team.passSpace()) return 'needs-team';
    if (!answer.passSpace()) return 'needs-answer';
    return 'same';
  },
  difference: () => ({}),
};

/** Every byte counts. */
export const SAME_SPACE: SpaceRule = {
  match(team, answer) {
    for (;;) {
      if (team.isEmpty && !team.closed) return 'needs-team';
      if (answer.isEmpty && !answer.closed) return 'needs-answer';
      const teamSpace = spaceAt(team);
      if (teamSpace !== spaceAt(answer)) return 'differs';
      if (teamSpace === undefined) return 'same';
      team.passSpaceByte();
      answer.passSpaceByte();
    }
  },
  difference: (team, answer) => ({
    ...(answer.isEmpty ? {} : { expected: nextByte(answer) }),
    ...(team.isEmpty ? {} : { found: nextByte(team) }),
  }),
};

function spaceAt(window: ByteWindow): number | undefined {
  const byte = window.bytes[window.position];
  return byte !== undefined && IS_SPACE[byte] === 1 ? byte : undefined;
}

function nextByte(window: ByteWindow): string {
  return excerpt(window.bytes.subarray(window.position, window.position + 1));
}

/**
 * Lines count, the blanks at their ends do not, nor do empty lines at the very end. A carriage
 * return before a newline is such a blank.
 */
export function linesRule(): SpaceRule {
  let team = new LineRun();
  let answer = new LineRun();
  return {
    match(teamWindow, answerWindow) {
      if (!team.pass(teamWindow)) return 'needs-team';
      if (!answer.pass(answerWindow)) return 'needs-answer';
      if (teamWindow.isOver || answerWindow.isOver || team.equals(answer)) {
        team = new LineRun();
        answer = new LineRun();
        return 'same';
      }
      return 'differs';
    },
    difference: () => ({ expected: answer.shown, found: team.shown }),
  };
}

/** Longer runs of blanks before a word are equal to none: they would have to be kept. */
const MAX_BLANKS = 64 * 1024;

/** What counts of a run of white space: its newlines, and the blanks behind the last of them. */
class LineRun {
  #newlines = 0;
  #blanks: number[] = [];
  #tooLong = false;

  /** Returns whether the end of the run is known. */
  pass(window: ByteWindow): boolean {
    for (let byte = spaceAt(window); byte !== undefined; byte = spaceAt(window)) {
      window.passSpaceByte();
      if (byte === NEWLINE) {
        this.#newlines += 1;
        this.#blanks = [];
        this.#tooLong = false;
      } else if (this.#blanks.length < MAX_BLANKS) {
        this.#blanks.push(byte);
      } else {
        this.#tooLong = true;
      }
    }
    return !window.isEmpty || window.closed;
  }

  equals(other: LineRun): boolean {
    return (
      this.#newlines === other.#newlines &&
      !this.#tooLong &&
      !other.#tooLong &&
      this.#blanks.length === other.#blanks.length &&
      this.#blanks.every((byte, index) => byte === other.#blanks[index])
    );
  }

  get shown(): string {
    const newlines = Array.from({ length: Math.min(this.#newlines, 64) }, () => NEWLINE);
    return excerpt(Uint8Array.from([...newlines, ...this.#blanks]));
  }
}
