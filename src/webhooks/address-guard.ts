import { networkInterfaces } from 'node:os';
import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

type Address = ipaddr.IPv4 | ipaddr.IPv6;
type Range = readonly [Address, number];

/** What IANA has given out of IPv6; the rest is nobody's. */
const GLOBAL_IPV6: Range = ipaddr.parseCIDR('2000::/3');
/** NAT64 (RFC 6052): the last four bytes are the IPv4 address that is reached. */
const NAT64: Range = ipaddr.parseCIDR('64:ff9b::/96');
/** Public by its number, but it is the host's cloud that answers there. */
const CLOUD_HOSTS: readonly Range[] = [ipaddr.parseCIDR('168.63.129.16/32')];

export interface AddressGuardOptions {
  /** Networks (`10.1.0.0/16`) that are allowed although they are not public. */
  readonly allow: readonly string[];
  /** This machine's own addresses, which are refused even when they are public. */
  readonly own?: readonly string[];
}

/**
 * Which addresses webhooks may be sent to: public ones that are not ours, and what the operator
 * allows. Fail closed: what is not known to be public is refused. Addresses that carry another one
 * are judged by that (IPv4-mapped, NAT64) or refused (6to4, Teredo).
 */
export class AddressGuard {
  readonly #allow: readonly Range[];
  readonly #own: readonly Range[];

  /** @throws Error when `allow` has what is no network; the configuration checks it before. */
  constructor({ allow, own = ownAddresses() }: AddressGuardOptions) {
    this.#allow = allow.map((network) => ipaddr.parseCIDR(network));
    this.#own = own.map((address) => wholeRange(ipaddr.parse(address)));
  }

  allows(text: string): boolean {
    if (isIP(text) === 0) return false;
    const address = carried(ipaddr.parse(text));
    if (isIn(address, this.#allow)) return true;
    return isPublic(address) && !isIn(address, this.#own);
  }
}

export function isNetwork(text: string): boolean {
  return ipaddr.isValidCIDR(text);
}

function isPublic(address: Address): boolean {
  if (address.range() !== 'unicast' || isIn(address, CLOUD_HOSTS)) return false;
  return address.kind() === 'ipv4' || isIn(address, [GLOBAL_IPV6]);
}

function isIn(address: Address, ranges: readonly Range[]): boolean {
  return ranges.some(([network, bits]) => {
    return address.kind() === network.kind() && address.match(network, bits);
  });
}

function carried(address: Address): Address {
  if (!(address instanceof ipaddr.IPv6)) return address;
  if (address.isIPv4MappedAddress()) return address.toIPv4Address();
  if (!isIn(address, [NAT64])) return address;
  return new ipaddr.IPv4(address.toByteArray().slice(-4));
}

function wholeRange(address: Address): Range {
  return [address, address.kind() === 'ipv4' ? 32 : 128];
}

function ownAddresses(): readonly string[] {
  return Object.values(networkInterfaces()).flatMap((addresses) =>
    (addresses ?? []).map(({ address }) => address),
  );
}
