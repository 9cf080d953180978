import { readFile, stat } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { JudgeError } from '../../errors.js';

/** Whom the server runs as: PostgreSQL refuses root. */
export interface ServerUser {
  readonly name: string;
  /** Ids to change to; undefined: it is who we are. */
  readonly ids?: { readonly uid: number; readonly gid: number };
}

/** Accounts that a machine may have and that may do little, the most fitting first. */
const CANDIDATES = ['minos', 'postgres', 'nobody', 'daemon'] as const;

/**
 * The owner of the data, where there are any; else ourselves, and for root the first of the accounts
 * that may do little.
 * @throws JudgeError `database-unavailable` when there is none.
 */
export async function chooseServerUser(data: string | undefined): Promise<ServerUser> {
  const owner = data === undefined ? undefined : (await stat(data)).uid;
  const own = process.getuid?.();
  if (own !== 0) {
    if (owner === undefined || owner === own) return ourselves();
    throw new JudgeError('database-unavailable', `${data ?? ''} belongs to another user`, {
      details: ['Run Minos as root, or as the user who started it first.'],
    });
  }
  const accounts = parseAccounts(await readFile('/etc/passwd', 'utf8').catch(() => ''));
  const account =
    owner === undefined
      ? CANDIDATES.map((name) => accounts.find((one) => one.name === name)).find(Boolean)
      : accounts.find(({ ids }) => ids?.uid === owner);
  if (account !== undefined) return account;
  throw new JudgeError(
    'database-unavailable',
    owner === undefined
      ? 'PostgreSQL does not run as root, and this machine has no account for it'
      : `${data ?? ''} belongs to the user id ${owner}, as which PostgreSQL cannot run here`,
    { details: ['Make an account for it:', '  useradd --system --no-create-home minos'] },
  );
}

function ourselves(): ServerUser {
  try {
    return { name: userInfo().username };
  } catch (error) {
    throw new JudgeError(
      'database-unavailable',
      `PostgreSQL does not run as a user without a name (id ${process.getuid?.() ?? '?'})`,
      { cause: error, details: ['Give the id a line in /etc/passwd, or set DATABASE_URL.'] },
    );
  }
}

/** The lines of /etc/passwd, without root. */
export function parseAccounts(text: string): readonly ServerUser[] {
  return text.split('\n').flatMap((line) => {
    const [name = '', , uid = '', gid = ''] = line.split(':');
    if (name === '' || !/^\d+$/.test(uid) || !/^\d+$/.test(gid) || Number(uid) === 0) return [];
    return [{ name, ids: { uid: Number(uid), gid: Number(gid) } }];
  });
}
