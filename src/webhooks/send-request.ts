import { request as requestHttp, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';
import type { AddressGuard } from './address-guard.js';
import type { ResolveHost } from './resolve-host.js';
import { hostOf } from './target-url.js';

/**
 * One POST to a target that nobody trusts.
 *
 *   resolve the name once ─► check every address ─► connect to exactly these ─► send ─► read a little
 *
 * A connection is used for one request, so every request is checked; a name that changes its answer
 * (DNS rebinding) is not asked again. Redirects are not followed. Proxies are not used. All of it has
 * one deadline, which a target that answers a byte at a time does not move.
 */
export type SendOutcome =
  | { readonly kind: 'answered'; readonly status: number; readonly retryAfterMs?: number }
  | { readonly kind: 'unanswered'; readonly error: string };

export interface Target {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export interface SendOptions {
  readonly guard: AddressGuard;
  readonly resolve: ResolveHost;
  readonly deadlineMs: number;
  /** Stops it early; the outcome is then `unanswered`. */
  readonly signal: AbortSignal;
}

const MAX_ANSWER_BYTES = 64 * 2 ** 10;
const MAX_HEADER_BYTES = 16 * 2 ** 10;
const MAX_RETRY_AFTER_S = 3600;

/** Never throws: whatever a target does is an outcome. */
export async function sendRequest(target: Target, options: SendOptions): Promise<SendOutcome> {
  const signal = AbortSignal.any([options.signal, AbortSignal.timeout(options.deadlineMs)]);
  try {
    const addresses = await checkedAddresses(hostOf(target.url), options, signal);
    const answer = await post(target, addresses, signal);
    await readAway(answer, signal);
    const { statusCode: status = 0, headers } = answer;
    const retryAfterMs = parseRetryAfter(headers['retry-after']);
    return { kind: 'answered', status, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
  } catch (error) {
    return { kind: 'unanswered', error: signal.aborted ? inTime(options) : inWords(error) };
  }
}

/** What whoever made the webhook is told: no address, which would show our network to outsiders. */
class Refusal extends Error {}

async function checkedAddresses(
  host: string,
  { guard, resolve }: SendOptions,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const addresses = await resolve(host, signal).catch((error: unknown) => {
    throw new Refusal('the name of the target cannot be resolved', { cause: error });
  });
  if (addresses.length === 0 || !addresses.every((address) => guard.allows(address))) {
    throw new Refusal('the target leads to an address that webhooks are not sent to');
  }
  return addresses;
}

function post(
  { url, headers, body }: Target,
  addresses: readonly string[],
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const options: RequestOptions = {
    method: 'POST',
    headers: { ...headers, 'content-length': String(body.length) },
    // A connection of its own, and no proxy of the environment.
    agent: false,
    lookup: lookupOf(addresses),
    maxHeaderSize: MAX_HEADER_BYTES,
    insecureHTTPParser: false,
    signal,
  };
  return new Promise((resolve, reject) => {
    const request =
      url.protocol === 'https:' ? requestHttps(url, options) : requestHttp(url, options);
    request.once('error', reject);
    request.once('response', resolve);
    request.once('upgrade', (_answer, socket) => {
      socket.destroy();
      reject(new Refusal('the target answered with another protocol'));
    });
    request.once('socket', (socket) => {
      socket.once('connect', () => {
        if (isOneOf(socket.remoteAddress, addresses)) return;
        request.destroy(new Refusal('connected to an address that was not checked'));
      });
    });
    request.end(body);
  });
}

/** Answers the connection's question for addresses with those that were checked. */
function lookupOf(addresses: readonly string[]): LookupFunction {
  const answers = addresses.map((address) => ({ address, family: isIP(address) }));
  return (_host, { all }, callback) => {
    const [first] = answers;
    if (first === undefined) callback(new Error('no addresses'), '');
    else if (all === true) callback(null, answers);
    else callback(null, first.address, first.family);
  };
}

function isOneOf(address: string | undefined, addresses: readonly string[]): boolean {
  if (address === undefined) return false;
  const plain = (text: string) => ipaddr.process(text).toNormalizedString();
  return addresses.some((one) => plain(one) === plain(address));
}

/** Reads to the end, or as far as anybody would. */
async function readAway(answer: IncomingMessage, signal: AbortSignal): Promise<void> {
  let bytes = 0;
  // Breaking out of the loop destroys the connection.
  for await (const chunk of answer) {
    signal.throwIfAborted();
    bytes += (chunk as Buffer).length;
    if (bytes >= MAX_ANSWER_BYTES) break;
  }
  // A body that only the end of the connection ends seems complete when we have broken it off.
  signal.throwIfAborted();
}

/** In seconds; dates are of the target's clock, and not looked at. */
function parseRetryAfter(value: string | undefined): number | undefined {
  if (value === undefined || !/^\d{1,9}$/.test(value)) return undefined;
  return Math.min(Number(value), MAX_RETRY_AFTER_S) * 1000;
}

function inTime({ signal, deadlineMs }: SendOptions): string {
  return signal.aborted ? 'stopped' : `not answered completely within ${deadlineMs / 1000} s`;
}

function inWords(error: unknown): string {
  if (error instanceof Refusal) return error.message;
  const { code = '' } = error as { code?: string };
  if (/^(HPE_|ERR_HTTP)/.test(code)) return 'the answer is no HTTP';
  if (/CERT|TLS|SSL|SELF_SIGNED|UNABLE_TO|EPROTO/.test(code)) {
    return `no secure connection (${code})`;
  }
  return code === '' ? 'the connection failed' : `the connection failed (${code})`;
}
