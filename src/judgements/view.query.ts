import { applyDecorators } from '@nestjs/common';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';
import { PageQuery } from '../http/page.js';
import { VERDICT_VIEWS, type VerdictView } from './verdict-view.js';

export function ApiView(): PropertyDecorator {
  return ApiPropertyOptional({
    enum: VERDICT_VIEWS,
    default: 'detailed',
    description: 'icpc: MLE is shown as RTE, OLE as WA, JE as pending, and no reasons.',
  });
}

export function IsView(): PropertyDecorator {
  return applyDecorators(IsOptional(), IsIn(VERDICT_VIEWS));
}

export class ViewQuery {
  @ApiView()
  @IsView()
  readonly view: VerdictView = 'detailed';
}

export class ViewedPageQuery extends PageQuery {
  @ApiView()
  @IsView()
  readonly view: VerdictView = 'detailed';
}
