import type { FirstAdministrator, SignInSecret } from '../../accounts/administrator.js';
import type { CliContext } from '../context.js';
import { administratorFile } from './prepare-service.js';

/** Says where the service is, and how to sign in. */
export function welcome(
  url: string | undefined,
  administrator: FirstAdministrator | undefined,
  { config, progress }: Pick<CliContext, 'config' | 'progress'>,
): void {
  const lines =
    url === undefined
      ? ['The worker runs. Ctrl-C stops it.']
      : [
          `Minos runs at ${url} (API: ${url}/docs). Ctrl-C stops it.`,
          ...signInLines(url, administrator, administratorFile(config.dataDirectory)),
        ];
  for (const line of lines) progress.print(line);
}

function signInLines(
  url: string,
  administrator: FirstAdministrator | undefined,
  file: string,
): readonly string[] {
  switch (administrator?.kind) {
    case 'invited':
      return [
        `The first administrator signs in as ${administrator.accountName} with a secret, once:`,
        ...secretLines(administrator, url),
        `The secret is also in ${file}.`,
      ];
    case 'awaited':
      return [
        `The administrator ${administrator.accountName} has not signed in yet: the secret is in ${file};`,
        '"./minos admin-secret" makes another.',
      ];
    case 'present':
      return [
        `The administrator ${administrator.accountName} exists ("./minos admin-secret" makes a new secret).`,
      ];
    case undefined:
      return [];
  }
}

/** The secret, and what to do with it. */
export function secretLines(
  { secret, expiresAt }: SignInSecret,
  url: string | undefined,
): readonly string[] {
  return [
    '',
    `    ${secret}`,
    '',
    `It is valid until ${expiresAt.toISOString()}, and is exchanged for an API token by:`,
    '',
    `    curl -X POST ${url ?? 'URL'}/api/v1/sign-in -H 'content-type: application/json' \\`,
    `      -d '{"secret":"${secret}"}'`,
    '',
  ];
}
