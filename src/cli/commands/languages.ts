import { formatBytes } from '../../judging/reason.js';
import type { CliContext } from '../context.js';
import { plainTable } from '../judgement-table.js';

export async function listLanguages(
  { json }: { readonly json: boolean },
  context: CliContext,
): Promise<number> {
  const { languages, progress, paint } = context;
  if (json) {
    // Its decorators load the whole of Nest's OpenAPI support.
    const { toLanguageDto } = await import('../../languages/language.dto.js');
    for (const language of languages.languages) {
      progress.print(JSON.stringify(toLanguageDto(language)));
    }
    return 0;
  }
  const head = ['id', 'name', 'also', 'extensions', 'memory', 'toolchain'];
  const table = plainTable(
    head.map((title) => paint('bold', title)),
    [4],
  );
  for (const { id, name, aliases, extensions, profile, toolchain } of languages.languages) {
    table.push([
      id,
      name,
      aliases.join(' '),
      extensions.map((extension) => `.${extension}`).join(' '),
      formatBytes(profile.memoryBytes),
      toolchain,
    ]);
  }
  progress.print(table.toString());
  return 0;
}
