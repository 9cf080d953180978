import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsString, Matches } from 'class-validator';
import { Optional } from '../http/optional.js';
import { WholeNumber } from '../http/whole-number.js';
import { STATEMENT_FORMATS, type StatementFormat } from './statement.js';

const MAX_VERSION = 999_999_999;

export class VersionQuery {
  @ApiPropertyOptional({
    type: 'integer',
    minimum: 1,
    maximum: MAX_VERSION,
    description: 'Instead of the published version; needs the scope problems:write.',
  })
  @Optional()
  @WholeNumber({ min: 1, max: MAX_VERSION })
  readonly version?: number;
}

export class StatementQuery extends VersionQuery {
  @ApiPropertyOptional({ example: 'en', description: 'Language code.' })
  @Optional()
  @IsString()
  @Matches(/^[a-zA-Z]{2,3}(-[a-zA-Z]{2})?$/, { message: 'language must be a language code' })
  readonly language?: string;

  @ApiPropertyOptional({ enum: STATEMENT_FORMATS, enumName: 'StatementFormat' })
  @Optional()
  @IsIn(STATEMENT_FORMATS)
  readonly format?: StatementFormat;
}

export class UploadQuery {
  @ApiPropertyOptional({
    example: 'hello',
    description: "The problem's short name; that of the package's directory unless given.",
  })
  @Optional()
  @IsString()
  readonly name?: string;

  @ApiPropertyOptional({
    type: 'string',
    enum: ['true', 'false'],
    default: 'false',
    description: 'Publish the version as soon as its verification is green.',
  })
  @Optional()
  @IsIn(['true', 'false'])
  readonly publish?: string;
}
