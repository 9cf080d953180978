import { ApiProperty } from '@nestjs/swagger';

export class SourceFileDto {
  @ApiProperty({ example: 'main.py' })
  readonly name!: string;

  @ApiProperty({ type: 'integer', example: 14 })
  readonly size_bytes!: number;

  @ApiProperty({ example: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855' })
  readonly sha256!: string;

  @ApiProperty({
    type: String,
    nullable: true,
    example: 'print(input())\n',
    description: 'null: it is not UTF-8.',
  })
  readonly content!: string | null;

  @ApiProperty({ description: 'Its bytes, whatever they are.' })
  readonly content_base64!: string;
}

export class SourceFilesDto {
  @ApiProperty({ type: [SourceFileDto] })
  readonly data!: readonly SourceFileDto[];
}

export function toSourceFileDto(file: {
  readonly name: string;
  readonly sha256: string;
  readonly content: Buffer;
}): SourceFileDto {
  return {
    name: file.name,
    size_bytes: file.content.byteLength,
    sha256: file.sha256,
    content: textOf(file.content),
    content_base64: file.content.toString('base64'),
  };
}

/** null for bytes that are no UTF-8. */
export function textOf(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}
