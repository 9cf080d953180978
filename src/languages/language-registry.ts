import { JudgeError } from '../errors.js';
import type { Language } from '../judging/language.js';

/** The languages that can be judged, found by id, alias or the names of files. */
export class LanguageRegistry {
  readonly languages: readonly Language[];
  readonly #byName: ReadonlyMap<string, Language>;
  readonly #byExtension: ReadonlyMap<string, Language>;

  constructor(languages: readonly Language[]) {
    this.languages = languages;
    this.#byName = new Map(
      languages.flatMap((language) =>
        [language.id, ...language.aliases].map((name) => [name, language] as const),
      ),
    );
    // The first language that claims an extension has it, so the last in the list is set first.
    this.#byExtension = new Map(
      languages
        .toReversed()
        .flatMap((language) =>
          language.extensions.map((extension) => [extension, language] as const),
        ),
    );
  }

  /** By id or alias, without regard to case. */
  find(name: string): Language | undefined {
    return this.#byName.get(name.toLowerCase());
  }

  /** @throws JudgeError `unknown-language`, listing the known ones. */
  get(name: string): Language {
    const language = this.find(name);
    if (language === undefined) throw this.#unknown(`there is no language ${JSON.stringify(name)}`);
    return language;
  }

  /**
   * The language of a submission that states none: the one language of those files whose extension
   * belongs to a language. Headers and data files do not decide.
   * @throws JudgeError `unknown-language` when no file decides, or several disagree.
   */
  detect(fileNames: readonly string[]): Language {
    const found = new Set(
      fileNames.map((name) => this.#ofFile(name)).filter((language) => language !== undefined),
    );
    const [language, ...others] = found;
    if (language === undefined) {
      throw this.#unknown(`no language has files like ${fileNames.join(', ') || '(no file)'}`);
    }
    if (others.length > 0) {
      const ids = [...found].map(({ id }) => id).join(', ');
      throw this.#unknown(`the files are of several languages (${ids}): state one`);
    }
    return language;
  }

  /** `.C` is C++ and `.c` is C; a name like `MAIN.PY` is still Python. */
  #ofFile(name: string): Language | undefined {
    const base = name.slice(name.lastIndexOf('/') + 1);
    const dot = base.lastIndexOf('.');
    // A name like `.py` is hidden, and has no extension.
    if (dot <= 0) return undefined;
    const extension = base.slice(dot + 1);
    return this.#byExtension.get(extension) ?? this.#byExtension.get(extension.toLowerCase());
  }

  #unknown(problem: string): JudgeError {
    const known = this.languages.map(({ id, aliases, extensions }) => {
      const names = [id, ...aliases].join(', ');
      return `  ${names}: ${extensions.map((extension) => `.${extension}`).join(' ')}`;
    });
    return new JudgeError('unknown-language', problem, { details: ['Known languages:', ...known] });
  }
}
