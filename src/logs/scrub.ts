const HIDDEN = '[hidden]';

/** Names of fields that are hidden whatever they hold. */
export const SECRET_FIELDS = [
  'authorization',
  'cookie',
  'password',
  'secret',
  'token',
  'idempotencyKey',
] as const;

/** What our secrets look like, and how others are handed over. */
const SECRETS: readonly (readonly [RegExp, string])[] = [
  [/\b(mns|whsec)_[A-Za-z0-9+/_-]{4,}=*/g, `$1_${HIDDEN}`],
  [/\b(bearer|basic)(\s+)[A-Za-z0-9._~+/-]{4,}=*/gi, `$1$2${HIDDEN}`],
  [/(\b[a-z][a-z0-9+.-]*:\/\/[^\s:/@"\\]*):[^\s/@"\\]+@/gi, `$1:${HIDDEN}@`],
];

/** The line without anything that looks like a secret, whichever field or text it was in. */
export function scrub(line: string): string {
  return SECRETS.reduce((text, [pattern, replacement]) => text.replace(pattern, replacement), line);
}

/** For pino: the fields at the top, and one and two levels below it. */
export const REDACTION = {
  paths: SECRET_FIELDS.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]),
  censor: HIDDEN,
};
