import 'reflect-metadata';
import { ValidationPipe, type DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { registerMultipart } from './multipart.js';
import { SwaggerModule } from '@nestjs/swagger';
import type { FastifyInstance } from 'fastify';
import type { HttpConfig } from '../config/config.js';
import type { EventLog } from '../logs/event-log.js';
import { NestLog } from '../logs/nest-log.js';
import { logRequests } from '../logs/request-log.js';
import { setAnswerHeaders } from './answer-headers.js';
import { setBodyDeadline } from './body-deadline.js';
import { revalidate } from './etag.js';
import { describeApi } from './openapi/describe-api.js';
import { readJsonBodies } from './json-body.js';
import { checkPlainValue } from './plain-value.js';
import { refuseEarly } from './refuse-early.js';
import { MAX_CONNECTIONS, serverOptions } from './server-options.js';

/** Builds the HTTP application around the feature modules, without listening. */
export async function createApp(
  module: DynamicModule,
  http: Pick<HttpConfig, 'trustedProxies'>,
  log: EventLog,
): Promise<NestFastifyApplication> {
  const adapter = new FastifyAdapter(serverOptions(http));
  adapter.getHttpServer().maxConnections = MAX_CONNECTIONS;
  addHooks(adapter.getInstance());
  logRequests(adapter.getInstance(), log);
  registerMultipart(adapter.getInstance());
  const app = await NestFactory.create<NestFastifyApplication>(module, adapter, {
    logger: new NestLog(log),
    abortOnError: false,
    bodyParser: false,
  });
  readJsonBodies(adapter.getInstance());
  // Forms and plain texts are nothing that any handler reads.
  adapter.getInstance().removeContentTypeParser('text/plain');
  app.useGlobalPipes(
    new ValidationPipe({ whitelist: true, forbidNonWhitelisted: true, transform: true }),
  );
  SwaggerModule.setup('docs', app, () => describeApi(app), { jsonDocumentUrl: 'openapi.json' });
  return app;
}

/** What happens to every request, in this order; rooms may add their own after. */
function addHooks(server: FastifyInstance): void {
  server.addHook('onRoute', (route) => {
    const bodyLimit = route.config?.bodyLimitBytes;
    if (bodyLimit !== undefined) route.bodyLimit = bodyLimit;
  });
  server.addHook('onRequest', (request, reply, done) => {
    setAnswerHeaders(request, reply);
    setBodyDeadline(request, reply);
    done();
  });
  refuseEarly(server);
  server.addHook('preValidation', (request, _reply, done) => {
    checkPlainValue([request.params, request.query, request.body]);
    done();
  });
  server.addHook('onSend', (request, reply, payload, done) => {
    done(null, revalidate(request, reply, payload));
  });
}
