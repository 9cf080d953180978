import type { ByteSource } from '../judging/bytes.js';
import { fileSource, readSmallFile } from './file-source.js';
import { filesOf, findDirectory, type PackageDirectory, type PackageFile } from './package-tree.js';

/** The statement as files; showing it is the pages' work. */
export interface Statement {
  /** By language code. */
  readonly names: Readonly<Record<string, string>>;
  readonly files: readonly StatementFile[];
}

export interface StatementFile {
  readonly path: string;
  /** Language code; `en` where none is given. */
  readonly language: string;
  readonly format: StatementFormat;
  readonly content: ByteSource;
}

/** What a reader can show is the first. */
export const STATEMENT_FORMATS = ['md', 'html', 'tex', 'txt', 'pdf'] as const;
export type StatementFormat = (typeof STATEMENT_FORMATS)[number];

const DIRECTORIES = ['statement', 'problem_statement'];
const STATEMENT = /^problem(?:\.([a-zA-Z]{2,3}(?:-[a-zA-Z]{2})?))?\.(md|tex|pdf|html|txt)$/;
const DEFAULT_LANGUAGE = 'en';

export async function readStatement(
  root: PackageDirectory,
  names: ReadonlyMap<string, string>,
): Promise<Statement> {
  const candidates = [
    ...DIRECTORIES.flatMap((name) => {
      const directory = findDirectory(root, name);
      return directory === undefined ? [] : filesOf(directory);
    }),
    ...filesOf(root),
  ];
  const files = candidates.flatMap((file) => statementFile(file) ?? []);
  const known = new Map([...names].map(([code, name]) => [code || DEFAULT_LANGUAGE, name]));
  for (const file of candidates) {
    const language = statementFile(file)?.language;
    if (language === undefined || known.has(language) || !file.name.endsWith('.tex')) continue;
    const name = await nameInStatement(file);
    if (name !== undefined) known.set(language, name);
  }
  return { names: Object.fromEntries(known), files };
}

function statementFile(file: PackageFile): StatementFile | undefined {
  const match = STATEMENT.exec(file.name);
  if (match === null) return undefined;
  const [, language = DEFAULT_LANGUAGE, format] = match;
  return {
    path: file.path,
    language,
    format: format as StatementFormat,
    content: fileSource(file),
  };
}

const MAX_STATEMENT_BYTES = 2 ** 20;

/** Legacy packages name the problem in the statement: `\problemname`, or a plain form in a comment. */
async function nameInStatement(file: PackageFile): Promise<string | undefined> {
  if (file.sizeBytes > MAX_STATEMENT_BYTES) return undefined;
  const text = (await readSmallFile(file)).toString('utf8');
  const plain = /^%%[ \t]*plainproblemname:[ \t]*(\S.*)$/m.exec(text)?.[1];
  const name = plain ?? /\\problemname\{([^{}]{1,200})\}/.exec(text)?.[1];
  return name?.trim() === '' ? undefined : name?.trim();
}

/** The name to show where there is room for one. */
export function problemName(statement: Statement, fallback: string): string {
  return statement.names[DEFAULT_LANGUAGE] ?? Object.values(statement.names)[0] ?? fallback;
}
