import 'reflect-metadata';
import { ConsoleLogger, ValidationPipe, type DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { HttpConfig } from '../config/config.js';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';

/** A submission of many files fits; what is larger goes another way. */
const BODY_LIMIT_BYTES = 2 ** 20;
const REQUEST_TIMEOUT_MS = 30_000;
const KEEP_ALIVE_MS = 72_000;

/** Builds the HTTP application around the feature modules, without listening. */
export async function createApp(
  module: DynamicModule,
  { trustedProxies }: Pick<HttpConfig, 'trustedProxies'>,
): Promise<NestFastifyApplication> {
  const adapter = new FastifyAdapter({
    bodyLimit: BODY_LIMIT_BYTES,
    trustProxy: trustedProxies.length === 0 ? false : [...trustedProxies],
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    forceCloseConnections: 'idle',
  });
  adapter.getInstance().addHook('onRoute', (route) => {
    const bodyLimit = route.config?.bodyLimitBytes;
    if (bodyLimit !== undefined) route.bodyLimit = bodyLimit;
  });
  const app = await NestFactory.create<NestFastifyApplication>(module, adapter, {
    logger: new ConsoleLogger({ json: !process.stderr.isTTY, logLevels: ['log', 'warn', 'error'] }),
    abortOnError: false,
  });
  app.useGlobalPipes(
    new ValidationPipe({ whitelist: true, forbidNonWhitelisted: true, transform: true }),
  );
  SwaggerModule.setup('docs', app, () => describeApi(app), { jsonDocumentUrl: 'openapi.json' });
  return app;
}

function describeApi(app: NestFastifyApplication): OpenAPIObject {
  const description = new DocumentBuilder()
    .setTitle('Minos')
    .setDescription('An online-judge grading engine. Errors are problem details (RFC 9457).')
    .setVersion('1')
    .build();
  return SwaggerModule.createDocument(app, description);
}
