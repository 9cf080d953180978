import { describe, expect, it } from 'vitest';
import { AddressGuard } from '../../../src/webhooks/address-guard.js';
import { refusal } from '../../../src/webhooks/target-url.js';

const guard = new AddressGuard({ allow: [], own: [] });
const rules = { allowHttp: false, guard };

describe('the URL of a webhook', () => {
  it.each([
    'https://example.com/hook',
    'https://example.com:8443/hook?key=1',
    'https://8.8.8.8/',
    'https://[2606:4700::1]/',
  ])('may be %s', (url) => expect(refusal(url, rules)).toBeUndefined());

  it.each([
    ['', 'is no URL'],
    ['example.com/hook', 'is no URL'],
    [`https://example.com/${'x'.repeat(2000)}`, 'is no URL'],
    ['https://exam\nple.com/', 'is no URL'],
    [' https://example.com/', 'is no URL'],
    ['http://example.com/', 'must begin with https://'],
    ['file:///etc/passwd', 'must begin with https://'],
    ['ftp://example.com/', 'must begin with https://'],
    ['gopher://example.com/', 'must begin with https://'],
    ['javascript:alert(1)', 'must begin with https://'],
    ['https://user@example.com/', 'must not hold a user or password'],
    ['https://user:word@example.com/', 'must not hold a user or password'],
    ['https://example.com/#part', 'must not hold a fragment'],
    ['https://127.0.0.1/', 'leads to an address'],
    ['https://127.1/', 'leads to an address'],
    ['https://0x7f.0.0.1/', 'leads to an address'],
    ['https://2130706433/', 'leads to an address'],
    ['https://0177.0.0.1/', 'leads to an address'],
    ['https://①②⑦.0.0.1/', 'leads to an address'],
    ['https://[::1]/', 'leads to an address'],
    ['https://[::ffff:127.0.0.1]/', 'leads to an address'],
    ['https://169.254.169.254/latest/meta-data/', 'leads to an address'],
    ['https://localhost/', 'leads to an address'],
    ['https://LOCALHOST./', 'leads to an address'],
    ['https://db.localhost/', 'leads to an address'],
  ])('may not be %j', (url, words) => expect(refusal(url, rules)).toContain(words));

  it('may be http where the configuration allows it, and internal where it allows that', () => {
    expect(refusal('http://example.com/', { ...rules, allowHttp: true })).toBeUndefined();
    const inside = new AddressGuard({ allow: ['127.0.0.0/8'], own: [] });
    expect(refusal('http://localhost:1/', { allowHttp: true, guard: inside })).toBeUndefined();
    expect(refusal('http://10.0.0.1/', { allowHttp: true, guard: inside })).toContain('leads to');
  });
});
