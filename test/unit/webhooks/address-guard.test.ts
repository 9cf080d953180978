import { describe, expect, it } from 'vitest';
import { AddressGuard } from '../../../src/webhooks/address-guard.js';

const guard = new AddressGuard({ allow: [], own: ['198.51.99.7', '2a01:4f8::7'] });

describe('the addresses that webhooks are sent to', () => {
  it.each(['8.8.8.8', '1.1.1.1', '172.15.0.1', '172.32.0.1', '2606:4700::1', '2a01:4f8::8'])(
    '%s is public',
    (address) => expect(guard.allows(address)).toBe(true),
  );

  it.each([
    ['this host', '0.0.0.0'],
    ['this host', '0.1.2.3'],
    ['loopback', '127.0.0.1'],
    ['loopback', '127.255.255.254'],
    ['private', '10.0.0.1'],
    ['private', '172.16.0.1'],
    ['private', '172.31.255.255'],
    ['private', '192.168.1.1'],
    ['link-local, and the metadata of clouds', '169.254.169.254'],
    ['shared by a provider', '100.64.0.1'],
    ['shared by a provider', '100.100.100.200'],
    ['multicast', '224.0.0.1'],
    ['multicast', '239.255.255.250'],
    ['broadcast', '255.255.255.255'],
    ['reserved', '240.0.0.1'],
    ['of protocols', '192.0.0.192'],
    ['of documentation', '192.0.2.1'],
    ['of documentation', '198.51.100.1'],
    ['of documentation', '203.0.113.1'],
    ['of benchmarks', '198.18.0.1'],
    ['of 6to4 relays', '192.88.99.1'],
    ['the host of a cloud', '168.63.129.16'],
    ['our own', '198.51.99.7'],
    ['our own', '2a01:4f8::7'],
    ['unspecified', '::'],
    ['loopback', '::1'],
    ['loopback, written out', '0:0:0:0:0:0:0:1'],
    ['IPv4 in IPv6', '::ffff:127.0.0.1'],
    ['IPv4 in IPv6', '::ffff:7f00:1'],
    ['IPv4 in IPv6, translated', '::ffff:0:127.0.0.1'],
    ['IPv4 in IPv6, of old', '::127.0.0.1'],
    ['NAT64 of loopback', '64:ff9b::7f00:1'],
    ['NAT64 of a private address', '64:ff9b::10.0.0.1'],
    ['NAT64 of a local prefix', '64:ff9b:1::8.8.8.8'],
    ['6to4 of loopback', '2002:7f00:1::'],
    ['6to4 of a public address', '2002:808:808::'],
    ['Teredo', '2001::1'],
    ['link-local', 'fe80::1'],
    ['link-local with a zone', 'fe80::1%eth0'],
    ['site-local', 'fec0::1'],
    ['unique local', 'fc00::1'],
    ['unique local, and the metadata of a cloud', 'fd00:ec2::254'],
    ['multicast', 'ff02::1'],
    ['of documentation', '2001:db8::1'],
    ['of documentation', '3fff::1'],
    ['discarded', '100::1'],
    ['nobody has it', '4000::1'],
    ['no address', 'localhost'],
    ['no address', ''],
    ['no address as we take it', '0x7f.1'],
    ['no address as we take it', '2130706433'],
    ['no address as we take it', '127.1'],
  ])('%s is not: %s', (_what, address) => expect(guard.allows(address)).toBe(false));

  it('judges an address that carries a public one by that', () => {
    expect(guard.allows('::ffff:8.8.8.8')).toBe(true);
    expect(guard.allows('64:ff9b::8.8.8.8')).toBe(true);
  });

  it('lets an operator allow networks, and nothing beside them', () => {
    const own = new AddressGuard({ allow: ['10.1.0.0/16', 'fd12::/16'], own: [] });
    expect(['10.1.2.3', '::ffff:10.1.2.3', 'fd12::1'].map((one) => own.allows(one))).toEqual([
      true,
      true,
      true,
    ]);
    expect(['10.2.0.1', '127.0.0.1', 'fd13::1'].some((one) => own.allows(one))).toBe(false);
  });

  it('knows the addresses of this machine', () => {
    expect(new AddressGuard({ allow: [] }).allows('127.0.0.1')).toBe(false);
  });
});
