import type { ByteSource } from '../bytes.js';
import { ByteWindow } from './byte-window.js';
import type { OutputComparison } from './output-comparison.js';
import type { ComparisonResult, FirstDifference } from './comparison-result.js';
import { EqualPrefix } from './equal-prefix.js';
import { placeAfter, type Place } from './place.js';
import { IGNORE_SPACE, linesRule, SAME_SPACE, type SpaceRule } from './space-rule.js';
import {
  MAX_WHOLE_TOKEN_BYTES,
  TokenMatcher,
  type Mismatch,
  type Stop,
  type TokenRules,
} from './token-matcher.js';

export interface TokenComparisonRules extends TokenRules {
  readonly space: 'ignored' | 'same' | 'lines';
}

/**
 * Compares in two phases. As long as both streams are the same byte by byte there is nothing to
 * look for (EqualPrefix); from the last token before the first difference on, tokens are matched
 * (TokenMatcher). Lines of the equal part are only counted if there is a difference to report,
 * by reading that part of the answer again.
 */
export class TokenComparison implements OutputComparison {
  readonly #source: ByteSource;
  readonly #chunks: AsyncIterator<Uint8Array>;
  readonly #rules: TokenComparisonRules;
  readonly #team = new ByteWindow();
  readonly #answer = new ByteWindow();
  readonly #prefix = new EqualPrefix(MAX_WHOLE_TOKEN_BYTES);
  /** undefined: in the first phase. */
  #matcher: TokenMatcher | undefined;
  #ended = false;

  constructor(answer: ByteSource, rules: TokenComparisonRules) {
    this.#source = answer;
    this.#chunks = answer.read({ reuseMemory: true })[Symbol.asyncIterator]();
    this.#rules = rules;
    // Runs of white space are compared whole there, so none may have begun before.
    if (rules.space === 'lines') this.#startMatching();
  }

  write(chunk: Uint8Array): void | Promise<void> {
    if (this.#ended) return undefined;
    this.#team.supply(chunk);
    const stop = this.#advance();
    if (stop !== 'needs-team') return this.#resolve(stop);
    this.#team.keepRest();
    return undefined;
  }

  async finish(): Promise<ComparisonResult> {
    this.#team.closed = true;
    if (!this.#ended) await this.#resolve(this.#advance());
    const matcher = this.#matcher;
    const mismatch = matcher?.tokenMismatch ?? matcher?.spaceMismatch;
    if (matcher === undefined || mismatch === undefined) return { accepted: true };

    const before = await placeAfter(
      this.#source.read({ reuseMemory: true }),
      this.#prefix.tokenOffset,
    );
    const reason =
      mismatch !== matcher.tokenMismatch
        ? 'presentation'
        : matcher.teamTokens + before.tokens === 0
          ? 'no-output'
          : 'wrong';
    return { accepted: false, reason, difference: differenceAt(mismatch, before) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ended = true;
    await this.#chunks.return?.();
  }

  /** Goes on until the end or until more of the team's output is needed. */
  async #resolve(stopped: Stop): Promise<void> {
    let stop = stopped;
    while (stop === 'needs-answer') {
      this.#answer.keepRest();
      const next = await this.#chunks.next();
      if (next.done === true) this.#answer.closed = true;
      else this.#answer.supply(next.value);
      stop = this.#advance();
    }
    if (stop === 'ended') await this[Symbol.asyncDispose]();
    else this.#team.keepRest();
  }

  #advance(): Stop {
    return this.#matcher?.advance() ?? this.#passPrefix();
  }

  #passPrefix(): Stop {
    const team = this.#team;
    const answer = this.#answer;
    if (team.isEmpty && !team.closed) return 'needs-team';
    if (answer.isEmpty && !answer.closed) return 'needs-answer';
    if (!team.isEmpty && !answer.isEmpty && this.#prefix.pass(team, answer)) {
      return this.#passPrefix();
    }
    return this.#startMatching().advance();
  }

  #startMatching(): TokenMatcher {
    const matcher = new TokenMatcher(
      this.#team,
      this.#answer,
      spaceRule(this.#rules.space),
      this.#rules,
    );
    this.#matcher = matcher;
    const { tokenStart, tokenBytes, tokenOffset } = this.#prefix;
    if (tokenBytes > tokenStart.byteLength) {
      matcher.startInLongToken(tokenStart, tokenOffset);
    } else {
      this.#team.prepend(tokenStart);
      this.#answer.prepend(tokenStart);
    }
    return matcher;
  }
}

function spaceRule(space: TokenComparisonRules['space']): SpaceRule {
  switch (space) {
    case 'ignored':
      return IGNORE_SPACE;
    case 'same':
      return SAME_SPACE;
    case 'lines':
      return linesRule();
  }
}

/** The matcher counts from the end of the equal part. */
function differenceAt({ line, token, ...rest }: Mismatch, before: Place): FirstDifference {
  return {
    line: before.line + line + 1,
    ...(token === undefined ? {} : { token: (line === 0 ? before.token : 0) + token + 1 }),
    ...rest,
  };
}
