import { describe, expect, it } from 'vitest';
import { parseAccounts } from '../../../src/database/embedded/server-user.js';

describe('parseAccounts', () => {
  it('reads names and ids, and leaves out root, comments and what is no account', () => {
    const text = [
      'root:x:0:0:root:/root:/bin/bash',
      'toor:x:0:0::/root:/bin/sh',
      'nobody:x:65534:65533:nobody:/nonexistent:/usr/sbin/nologin',
      '# a comment',
      '+::::::',
      'broken:x',
      '',
    ].join('\n');
    expect(parseAccounts(text)).toEqual([{ name: 'nobody', ids: { uid: 65534, gid: 65533 } }]);
  });
});
