import type { ProblemLimits } from '../judging/limits.js';

/** `judge.config.yaml`, checked, in the units of the code, frozen. */
export interface Config {
  /** The file it was read from. */
  readonly file: string;
  /** Absolute. Our own database, stored files, and what can be made again: caches, artifacts, scratch. */
  readonly dataDirectory: string;
  readonly images: ImagesConfig;
  /** What holds where a package says nothing. */
  readonly limits: DefaultLimits;
  readonly sandbox: SandboxConfig;
  readonly cache: CacheConfig;
  readonly blobs: BlobsConfig;
  readonly http: HttpConfig;
  readonly database: DatabaseConfig;
  readonly webhooks: WebhooksConfig;
  readonly metrics: MetricsConfig;
  readonly logs: LogsConfig;
  /** The `languages` section as parsed; the languages room checks it. */
  readonly languages: unknown;
}

export interface ImagesConfig {
  /** Image that every toolchain is built from; pulled, or made by debootstrap where it cannot be. */
  readonly base: string;
  /** Network of image builds; `host` also works with a daemon that has no bridge. */
  readonly buildNetwork: string;
}

/** Time comes from the package, or from its accepted solutions; memory from the package or the language. */
export type DefaultLimits = Omit<ProblemLimits, 'cpuTimeMs' | 'memoryBytes'>;

export interface SandboxConfig {
  /** Who makes containers; auto: ourselves where we can, else Docker. */
  readonly driver: 'native' | 'docker' | 'auto';
  /** Executions at once, each on a core of its own. */
  readonly slots: number | 'auto';
  /** Containers created and started ahead, per slot. */
  readonly ahead: number;
  /** Slot n runs programs as uid and gid first + n. */
  readonly firstUid: number;
  /** In the form of DOCKER_HOST, which wins over it. undefined: the usual socket, then our own. */
  readonly engine?: string;
  /** OCI runtime of the Docker driver, as the Engine calls it. undefined: the Engine's default. */
  readonly runtime?: string;
}

/** Bounds of what is kept in the data directory; what was not used for the longest time goes first. */
export interface CacheConfig {
  /** Compiled programs. */
  readonly artifactBytes: number;
  /** What is known of earlier compilations; 0: every program is compiled. */
  readonly compilationBytes: number;
}

export interface DatabaseConfig {
  /** In the form of DATABASE_URL, which wins over it. undefined: Minos runs a server of its own. */
  readonly url?: string;
}

/** Where packages, statements and samples are kept; the same for all processes of an installation. */
export interface BlobsConfig {
  /** Absolute. With `s3` only for what is on its way there. */
  readonly directory: string;
  readonly s3?: S3Config;
}

/** A bucket of an S3-compatible store. */
export interface S3Config {
  readonly endpoint: string;
  readonly bucket: string;
  readonly region: string;
  /** In front of every name. */
  readonly prefix: string;
  /** Environment variables that hold the key. */
  readonly accessKeyIdEnv: string;
  readonly secretAccessKeyEnv: string;
}

export interface HttpConfig {
  readonly host: string;
  readonly port: number;
  /** Addresses or networks whose X-Forwarded-For is believed. */
  readonly trustedProxies: readonly string[];
  readonly rateLimit: RateLimitConfig;
}

/** Requests in a minute, counted by each API process for itself; 'off' does not limit. */
export interface RateLimitConfig {
  readonly tokenPerMinute: number | 'off';
  /** By address, without a token. */
  readonly anonymousPerMinute: number | 'off';
  /** By address; tokens that are none. */
  readonly failedTokensPerMinute: number | 'off';
  /** By address. */
  readonly signInPerMinute: number | 'off';
}

/** Where webhooks may lead to. */
export interface WebhooksConfig {
  readonly allowHttp: boolean;
  /** Networks (`10.1.0.0/16`) that are allowed although their addresses are not public. */
  readonly allowAddresses: readonly string[];
}

export interface MetricsConfig {
  /** Where a worker tells its own metrics, without a token. undefined: nowhere. */
  readonly workerPort?: number;
  readonly workerHost: string;
}

export interface LogsConfig {
  /** The least that is logged. */
  readonly level: 'debug' | 'info' | 'warn' | 'error';
}
