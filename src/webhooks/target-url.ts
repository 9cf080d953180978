import { isIP } from 'node:net';
import type { AddressGuard } from './address-guard.js';

export interface TargetRules {
  readonly allowHttp: boolean;
  readonly guard: AddressGuard;
}

export const MAX_URL_CHARS = 2000;

/**
 * Why events will not be sent to this URL, as far as it can be known without asking a name server;
 * undefined when they may be. Names are resolved, and their addresses checked, for each attempt.
 */
export function refusal(text: string, { allowHttp, guard }: TargetRules): string | undefined {
  // The URL parser takes spaces and control characters away, and we want to send what we show.
  if (text.length > MAX_URL_CHARS || /[\s\p{Cc}]/u.test(text)) return 'is no URL';
  const url = URL.parse(text);
  if (url === null) return 'is no URL';
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return 'must begin with https://';
  if (url.protocol === 'http:' && !allowHttp) return 'must begin with https://';
  if (url.username !== '' || url.password !== '') return 'must not hold a user or password';
  if (url.hash !== '') return 'must not hold a fragment';
  const host = hostOf(url);
  const isAddress = isIP(host) !== 0;
  if (isAddress ? !guard.allows(host) : isLocalName(host) && !guard.allows('127.0.0.1')) {
    return 'leads to an address that webhooks are not sent to';
  }
  return undefined;
}

/** An address without the brackets that URLs put around IPv6. */
export function hostOf(url: URL): string {
  return url.hostname.replace(/^\[(.*)\]$/, '$1');
}

/** Names that never leave the machine (RFC 6761). */
function isLocalName(host: string): boolean {
  return /(^|\.)localhost\.?$/i.test(host);
}
