import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsBase64,
  IsIn,
  IsString,
  MaxLength,
  ValidateNested,
} from 'class-validator';
import { Optional } from '../http/optional.js';
import { PrintableText } from './printable-text.js';

const MAX_FILES = 256;
const NAME_LENGTH = 1024;
const ID_LENGTH = 100;

export class SubmittedFileDto {
  @ApiProperty({ example: 'main.py', maxLength: NAME_LENGTH, description: 'Relative path.' })
  @IsString()
  @MaxLength(NAME_LENGTH)
  readonly name!: string;

  @ApiPropertyOptional({ example: 'print(input())\n', description: 'The file, as text.' })
  @Optional()
  @IsString()
  readonly content?: string;

  @ApiPropertyOptional({ description: 'Instead of `content`: the bytes of the file, in base64.' })
  @Optional()
  @IsBase64()
  readonly content_base64?: string;
}

/** What a program is: of a submission, and of a custom run. */
export class ProgramDto {
  @ApiPropertyOptional({
    example: 'python3',
    maxLength: ID_LENGTH,
    description: 'Id or alias of a language; found by the names of the files when absent.',
  })
  @Optional()
  @PrintableText(ID_LENGTH)
  readonly language_id?: string;

  @ApiPropertyOptional({
    type: [SubmittedFileDto],
    maxItems: MAX_FILES,
    description: 'The source files. A zip or tar.gz among them is unpacked.',
  })
  @Optional()
  @IsArray()
  @ArrayMaxSize(MAX_FILES)
  @ValidateNested({ each: true })
  @Type(() => SubmittedFileDto)
  readonly files?: readonly SubmittedFileDto[];

  @ApiPropertyOptional({
    description:
      'Instead of `files`: the one source file, which gets the name usual in `language_id`.',
  })
  @Optional()
  @IsString()
  readonly source?: string;

  @ApiPropertyOptional({
    example: 'main.py',
    maxLength: 255,
    description:
      'File, or for Java class, to start; found by the rule of the language when absent.',
  })
  @Optional()
  @IsString()
  @MaxLength(255)
  readonly entry_point?: string;

  @ApiPropertyOptional({
    example: 'alice',
    maxLength: 200,
    description: "Whom the account submits for; the account's name when absent.",
  })
  @Optional()
  @PrintableText(200)
  readonly submitter?: string;
}

export class SubmitDto extends ProgramDto {
  @ApiProperty({
    example: 'hello',
    maxLength: ID_LENGTH,
    description: 'Short name of the problem.',
  })
  @PrintableText(ID_LENGTH)
  readonly problem_id!: string;

  @ApiPropertyOptional({
    enum: ['lazy', 'full', 'samples'],
    default: 'lazy',
    description: 'Stop at the first case that is not accepted, judge all, or the samples alone.',
  })
  @Optional()
  @IsIn(['lazy', 'full', 'samples'])
  readonly mode?: 'lazy' | 'full' | 'samples';

  @ApiPropertyOptional({
    enum: ['practice', 'contest'],
    default: 'practice',
    description:
      '`contest` goes before everything else, and needs the scope `submissions:priority`.',
  })
  @Optional()
  @IsIn(['practice', 'contest'])
  readonly lane?: 'practice' | 'contest';
}
