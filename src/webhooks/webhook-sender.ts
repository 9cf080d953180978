import type { WebhooksConfig } from '../config/config.js';
import { AddressGuard } from './address-guard.js';
import { hostResolver, type ResolveHost } from './resolve-host.js';
import { sendRequest, type SendOutcome, type Target } from './send-request.js';
import { refusal } from './target-url.js';

const DEADLINE_MS = 10_000;

/** Sends to targets, as far as the configuration lets it. */
export class WebhookSender {
  readonly #allowHttp: boolean;
  readonly #guard: AddressGuard;
  readonly #resolve: ResolveHost;

  constructor(
    { allowHttp, allowAddresses }: WebhooksConfig,
    resolve: ResolveHost = hostResolver(),
  ) {
    this.#allowHttp = allowHttp;
    this.#guard = new AddressGuard({ allow: allowAddresses });
    this.#resolve = resolve;
  }

  /** Why nothing will be sent to this URL; undefined when it may be. */
  refusal(url: string): string | undefined {
    return refusal(url, { allowHttp: this.#allowHttp, guard: this.#guard });
  }

  /** Never rejects. The configuration may have changed since the URL was taken: it is looked at again. */
  async send(target: Target, signal: AbortSignal): Promise<SendOutcome> {
    const refused = this.refusal(target.url.href);
    if (refused !== undefined) return { kind: 'unanswered', error: `the URL ${refused}` };
    return await sendRequest(target, {
      guard: this.#guard,
      resolve: this.#resolve,
      deadlineMs: DEADLINE_MS,
      signal,
    });
  }
}
