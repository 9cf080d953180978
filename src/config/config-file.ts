import 'reflect-metadata';
import { Type } from 'class-transformer';
import {
  Allow,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsNotEmpty,
  IsObject,
  IsOptional,
  IsString,
  Matches,
  Max,
  Min,
  ValidateBy,
  ValidateIf,
  ValidateNested,
} from 'class-validator';
import ipaddr from 'ipaddr.js';

/**
 * The shape of `judge.config.yaml`: keys as they are written, units in their names, defaults as
 * initial values. It stops at `load-config.ts`, which turns it into a `Config`.
 */

const DAY_S = 86_400;
const MAX_MIB = 1024 * 1024;
/** Linux reserves 65534 and 65535; ids of slots stay clear of people and services. */
const FIRST_UID = 1000;
const LAST_FIRST_UID = 65_000;

const ENVIRONMENT_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

class ImagesSection {
  @IsString()
  @Matches(/^[a-z0-9][a-z0-9._\-/:@]*$/, { message: 'must be the name of an image' })
  base = 'debian:trixie-slim';

  @IsIn(['host', 'default', 'none'], { message: 'must be host, default or none' })
  build_network = 'host';
}

class LimitsSection {
  @IsInt()
  @Min(1)
  @Max(MAX_MIB)
  output_mib = 8;

  @IsInt()
  @Min(1)
  @Max(MAX_MIB)
  code_kib = 128;

  @IsInt()
  @Min(1)
  @Max(DAY_S)
  compilation_time_s = 60;

  @IsInt()
  @Min(16)
  @Max(MAX_MIB)
  compilation_memory_mib = 2048;

  @IsInt()
  @Min(1)
  @Max(DAY_S)
  validation_time_s = 60;

  @IsInt()
  @Min(16)
  @Max(MAX_MIB)
  validation_memory_mib = 2048;

  @IsInt()
  @Min(1)
  @Max(MAX_MIB)
  validation_output_mib = 8;
}

class SandboxSection {
  @IsIn(['auto', 'native', 'docker'], { message: 'must be auto, native or docker' })
  driver: 'auto' | 'native' | 'docker' = 'docker';

  @ValidateIf((section: SandboxSection) => section.slots !== 'auto')
  @IsInt({ message: 'must be auto or a whole number' })
  @Min(1)
  @Max(1024)
  slots: number | 'auto' = 'auto';

  @IsInt()
  @Min(0)
  @Max(16)
  ahead = 4;

  @IsInt()
  @Min(FIRST_UID)
  @Max(LAST_FIRST_UID)
  first_uid = 60_000;

  @IsOptional()
  @IsString()
  @Matches(/^(unix:\/\/\/|tcp:\/\/)./, { message: 'must be unix:///PATH or tcp://HOST:PORT' })
  engine?: string;

  @IsOptional()
  @IsString()
  @Matches(/^[a-z0-9][a-z0-9._-]*$/i, {
    message: 'must be a name that the engine knows, such as crun',
  })
  runtime?: string;
}

const MAX_PER_MINUTE = 10_000_000;

/** A number of requests, or off in so many words. */
function PerMinute(): PropertyDecorator {
  const rules = [
    ValidateIf((_section, value) => value !== 'off'),
    IsInt({ message: 'must be off or a whole number' }),
    Min(1),
    Max(MAX_PER_MINUTE),
  ];
  return (section, key) => rules.forEach((rule) => rule(section, key));
}

class RateLimitSection {
  @PerMinute()
  token_per_minute: number | 'off' = 3000;

  @PerMinute()
  anonymous_per_minute: number | 'off' = 300;

  @PerMinute()
  failed_tokens_per_minute: number | 'off' = 60;

  @PerMinute()
  sign_in_per_minute: number | 'off' = 10;
}

class CacheSection {
  /** Not less than what one compiler may leave. */
  @IsInt()
  @Min(64)
  @Max(MAX_MIB)
  artifacts_mib = 2048;

  @IsInt()
  @Min(0)
  @Max(MAX_MIB)
  compilations_mib = 64;
}

class HttpSection {
  @IsString()
  @IsNotEmpty()
  host = '127.0.0.1';

  @IsInt()
  @Min(0)
  @Max(65_535)
  port = 8080;

  @IsArray()
  @Matches(/^[0-9a-fA-F:.]+(\/\d{1,3})?$/, {
    each: true,
    message: 'must be addresses or networks, such as 10.0.0.0/8',
  })
  trusted_proxies: readonly string[] = [];

  @IsObject()
  @ValidateNested()
  @Type(() => RateLimitSection)
  rate_limit = new RateLimitSection();
}

class DatabaseSection {
  @IsOptional()
  @IsString()
  @Matches(/^postgres(ql)?:\/\/./, {
    message: 'must be of the form postgresql://USER:PASSWORD@HOST:PORT/NAME',
  })
  url?: string;
}

class S3Section {
  @Matches(/^https?:\/\/[^/?#@]+$/, { message: 'must be a URL such as https://s3.example.org' })
  endpoint!: string;

  @Matches(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, { message: 'must be the name of a bucket' })
  bucket!: string;

  @Matches(/^[a-z0-9-]+$/, { message: 'must be the name of a region' })
  region = 'us-east-1';

  @Matches(/^([A-Za-z0-9._-]+\/)*$/, { message: 'must be plain names, each with a / behind it' })
  prefix = '';

  @Matches(ENVIRONMENT_NAME, { message: 'must be the name of an environment variable' })
  access_key_id_env = 'MINOS_S3_ACCESS_KEY_ID';

  @Matches(ENVIRONMENT_NAME, { message: 'must be the name of an environment variable' })
  secret_access_key_env = 'MINOS_S3_SECRET_ACCESS_KEY';
}

class BlobsSection {
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  directory?: string;

  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => S3Section)
  s3?: S3Section;
}

class WebhooksSection {
  @IsBoolean()
  allow_http = false;

  @IsArray()
  @ValidateBy(
    {
      name: 'isNetwork',
      validator: { validate: (text) => typeof text === 'string' && ipaddr.isValidCIDR(text) },
    },
    { each: true, message: 'must be networks, such as 10.1.0.0/16' },
  )
  allow_addresses: readonly string[] = [];
}

class MetricsSection {
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(65_535)
  worker_port?: number;

  @IsString()
  @IsNotEmpty()
  worker_host = '127.0.0.1';
}

class LogsSection {
  @IsIn(['debug', 'info', 'warn', 'error'], { message: 'must be debug, info, warn or error' })
  level: 'debug' | 'info' | 'warn' | 'error' = 'info';
}

export class ConfigFile {
  @IsString()
  @IsNotEmpty()
  data_directory = '.minos';

  @IsObject()
  @ValidateNested()
  @Type(() => ImagesSection)
  images = new ImagesSection();

  @IsObject()
  @ValidateNested()
  @Type(() => LimitsSection)
  limits = new LimitsSection();

  @IsObject()
  @ValidateNested()
  @Type(() => SandboxSection)
  sandbox = new SandboxSection();

  @IsObject()
  @ValidateNested()
  @Type(() => CacheSection)
  cache = new CacheSection();

  @IsObject()
  @ValidateNested()
  @Type(() => BlobsSection)
  blobs = new BlobsSection();

  @IsObject()
  @ValidateNested()
  @Type(() => HttpSection)
  http = new HttpSection();

  @IsObject()
  @ValidateNested()
  @Type(() => DatabaseSection)
  database = new DatabaseSection();

  @IsObject()
  @ValidateNested()
  @Type(() => WebhooksSection)
  webhooks = new WebhooksSection();

  @IsObject()
  @ValidateNested()
  @Type(() => MetricsSection)
  metrics = new MetricsSection();

  @IsObject()
  @ValidateNested()
  @Type(() => LogsSection)
  logs = new LogsSection();

  @Allow()
  languages: unknown = undefined;
}
