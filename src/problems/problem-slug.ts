import { JudgeError } from '../errors.js';

/** What CLICS allows as an id. */
const SLUG = /^[a-zA-Z0-9_][a-zA-Z0-9_.-]{0,35}$/;

const RULE = 'at most 36 letters, digits and . _ -, not beginning with a dot or dash';

export function isProblemSlug(name: string): boolean {
  return SLUG.test(name);
}

/**
 * The name of an uploaded problem: as it was asked for, else that of the package's directory.
 * @throws JudgeError `bad-usage` for a name asked for that is none, `bad-package` when none is left.
 */
export function problemSlug(asked: string | undefined, directory: string | undefined): string {
  if (asked !== undefined) {
    if (isProblemSlug(asked)) return asked;
    throw new JudgeError('bad-usage', `name must be ${RULE}`);
  }
  if (directory !== undefined && isProblemSlug(directory)) return directory;
  const why =
    directory === undefined
      ? 'the archive has no directory that names the problem'
      : `the name of the directory, ${directory}, cannot name a problem (${RULE})`;
  throw new JudgeError('bad-package', `${why}: say ?name=`);
}
