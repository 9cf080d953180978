import type { Principal } from '../accounts/principal.js';
import type { Reader } from './judgements.repository.js';

export function readerOf({ accountId, scopes }: Principal): Reader {
  return { accountId, staff: scopes.has('submissions:read-all') };
}
