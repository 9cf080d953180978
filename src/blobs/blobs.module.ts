import { Global, Module, type DynamicModule } from '@nestjs/common';
import type { BlobsConfig } from '../config/config.js';
import { openBlobs } from './open-blobs.js';

/** Injects the `Blobs`. */
export const BLOBS = Symbol('BLOBS');

@Global()
@Module({})
export class BlobsModule {
  static register(config: BlobsConfig): DynamicModule {
    return {
      module: BlobsModule,
      providers: [{ provide: BLOBS, useFactory: () => openBlobs(config) }],
      exports: [BLOBS],
    };
  }
}
