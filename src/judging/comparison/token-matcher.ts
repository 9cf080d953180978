import type { ByteWindow } from './byte-window.js';
import { excerpt } from './excerpt.js';
import { MAX_NUMBER_BYTES } from './number-reader.js';
import { IGNORE_SPACE, type SpaceRule } from './space-rule.js';
import type { ToleranceCheck } from './tolerance-check.js';
import { FOLDED, IS_SPACE } from './white-space.js';

/** Longer tokens are compared as text, as they come. */
export const MAX_WHOLE_TOKEN_BYTES = MAX_NUMBER_BYTES;

export interface TokenRules {
  readonly caseSensitive: boolean;
  /** undefined: numbers are text. */
  readonly tolerance?: ToleranceCheck;
}

/** A difference, at a place of team output that is counted from where the windows started. */
export interface Mismatch {
  readonly line: number;
  /** Tokens that precede it in its line; absent where white space differs. */
  readonly token?: number;
  readonly byteOffset: number;
  readonly expected?: string;
  readonly found?: string;
}

/** Why the matcher stopped. */
export type Stop = 'needs-team' | 'needs-answer' | 'ended';

/**
 * Matches two streams from token to token: white space, token, white space, token, …, up to the
 * end of both or the first token that differs.
 *
 *     space ──► token ──► space            both tokens are at hand whole
 *                 └─► long token ──► space both are too long for that
 */
export class TokenMatcher {
  /** The first difference in white space. The tokens behind it are compared all the same. */
  spaceMismatch: Mismatch | undefined;
  /** The first difference in tokens; nothing behind it is looked at. */
  tokenMismatch: Mismatch | undefined;
  teamTokens = 0;

  #state: 'space' | 'token' | 'long-token' = 'space';
  /** Of the long token being matched. */
  #longMismatch: Mismatch | undefined;
  #spaceRule: SpaceRule;
  readonly #team: ByteWindow;
  readonly #answer: ByteWindow;
  readonly #rules: TokenRules;

  constructor(team: ByteWindow, answer: ByteWindow, spaceRule: SpaceRule, rules: TokenRules) {
    this.#team = team;
    this.#answer = answer;
    this.#spaceRule = spaceRule;
    this.#rules = rules;
  }

  /** Goes on as far as the windows allow. */
  advance(): Stop {
    for (;;) {
      const stop = this.#step();
      if (stop !== undefined) return stop;
    }
  }

  /** The windows stand inside of a long token that is the same up to here and begins so. */
  startInLongToken(start: Uint8Array, byteOffset: number): void {
    const shown = excerpt(start);
    this.teamTokens = 1;
    this.#enterLongToken({ line: 0, token: 0, byteOffset, expected: shown, found: shown });
  }

  #step(): Stop | undefined {
    switch (this.#state) {
      case 'space':
        return this.#matchSpace();
      case 'token':
        return this.#matchToken();
      case 'long-token':
        return this.#matchLongToken();
    }
  }

  #matchSpace(): Stop | undefined {
    const match = this.#spaceRule.match(this.#team, this.#answer);
    switch (match) {
      case 'needs-team':
      case 'needs-answer':
        return match;
      case 'differs':
        this.spaceMismatch = {
          line: this.#team.line,
          byteOffset: this.#team.byteOffset,
          ...this.#spaceRule.difference(this.#team, this.#answer),
        };
        this.#spaceRule = IGNORE_SPACE;
        return undefined;
      case 'same':
        this.#state = 'token';
        return undefined;
    }
  }

  #matchToken(): Stop | undefined {
    const team = this.#team;
    const answer = this.#answer;
    const teamEnd = team.tokenEnd(MAX_WHOLE_TOKEN_BYTES + 1);
    if (teamEnd === undefined) return 'needs-team';
    const answerEnd = answer.tokenEnd(MAX_WHOLE_TOKEN_BYTES + 1);
    if (answerEnd === undefined) return 'needs-answer';
    if (teamEnd > team.position) this.teamTokens += 1;
    if (team.isOver && answer.isOver) return 'ended';

    const teamIsLong = teamEnd - team.position > MAX_WHOLE_TOKEN_BYTES;
    const answerIsLong = answerEnd - answer.position > MAX_WHOLE_TOKEN_BYTES;
    if (teamIsLong && answerIsLong) {
      this.#enterLongToken(this.#mismatch(teamEnd, answerEnd, 0));
      return undefined;
    }
    if (teamIsLong !== answerIsLong || !this.#tokensMatch(teamEnd, answerEnd)) {
      this.tokenMismatch = this.#mismatch(
        teamEnd,
        answerEnd,
        this.#commonBytes(teamEnd, answerEnd),
      );
      return 'ended';
    }
    team.passToken(teamEnd);
    answer.passToken(answerEnd);
    this.#state = 'space';
    return undefined;
  }

  #tokensMatch(teamEnd: number, answerEnd: number): boolean {
    const team = this.#team;
    const answer = this.#answer;
    const { tolerance } = this.#rules;
    const lengthBytes = teamEnd - team.position;
    const sameText =
      lengthBytes === answerEnd - answer.position &&
      this.#commonBytes(teamEnd, answerEnd) === lengthBytes;
    if (sameText || tolerance === undefined) return sameText;
    return tolerance.accepts(answer, answerEnd, team, teamEnd);
  }

  /** How many bytes both tokens begin with in common. */
  #commonBytes(teamEnd: number, answerEnd: number): number {
    const { bytes: team, position: teamStart } = this.#team;
    const { bytes: answer, position: answerStart } = this.#answer;
    const length = Math.min(teamEnd - teamStart, answerEnd - answerStart);
    const { caseSensitive } = this.#rules;
    let at = 0;
    for (; at < length; at += 1) {
      const found = team[teamStart + at] ?? 0;
      const expected = answer[answerStart + at] ?? 0;
      if (found !== expected && (caseSensitive || FOLDED[found] !== FOLDED[expected])) break;
    }
    return at;
  }

  #enterLongToken(mismatch: Mismatch): void {
    this.#longMismatch = mismatch;
    this.#state = 'long-token';
  }

  #matchLongToken(): Stop | undefined {
    const team = this.#team;
    const answer = this.#answer;
    if (team.isEmpty && !team.closed) return 'needs-team';
    if (answer.isEmpty && !answer.closed) return 'needs-answer';

    // One byte, where one side is over, to see whether the other is too.
    const atMost = Math.max(1, Math.min(team.rest.byteLength, answer.rest.byteLength));
    const teamBytes = wordBytes(team, atMost);
    const answerBytes = wordBytes(answer, atMost);
    const same =
      teamBytes === answerBytes &&
      this.#commonBytes(team.position + teamBytes, answer.position + answerBytes) === teamBytes;
    if (!same) {
      this.tokenMismatch = this.#longMismatch;
      return 'ended';
    }
    team.position += teamBytes;
    answer.position += answerBytes;
    if (teamBytes === atMost) return undefined;
    team.passToken(team.position);
    answer.passToken(answer.position);
    this.#state = 'space';
    return undefined;
  }

  #mismatch(teamEnd: number, answerEnd: number, commonBytes: number): Mismatch {
    const team = this.#team;
    const answer = this.#answer;
    return {
      line: team.line,
      token: team.token,
      byteOffset: team.byteOffset,
      ...(answer.isOver
        ? {}
        : { expected: excerpt(answer.bytes.subarray(answer.position, answerEnd), commonBytes) }),
      ...(team.isOver
        ? {}
        : { found: excerpt(team.bytes.subarray(team.position, teamEnd), commonBytes) }),
    };
  }
}

/** How many bytes of the next ones belong to the word at the position. */
function wordBytes({ bytes, position }: ByteWindow, atMost: number): number {
  const last = Math.min(bytes.byteLength, position + atMost);
  let at = position;
  while (at < last && IS_SPACE[bytes[at] ?? 0] === 0) at += 1;
  return at - position;
}
