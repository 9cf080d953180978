import { RouteConfig } from '@nestjs/platform-fastify';
import type { FastifyContextConfig } from 'fastify';

/** Where Nest's Fastify adapter looks for a handler's configuration. */
const METADATA_KEY = (() => {
  const probe = (): void => undefined;
  RouteConfig({})(probe);
  const [key] = Reflect.getMetadataKeys(probe) as string[];
  if (key === undefined) throw new Error('RouteConfig stores nothing');
  return key;
})();

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Instead of the general limit of a body. */
    bodyLimitBytes?: number;
  }
}

/** Adds to the Fastify route's `config`; RouteConfig itself replaces what is there. */
export function extendRouteConfig(config: Partial<FastifyContextConfig>): MethodDecorator {
  return (target, property, descriptor) => {
    const handler = descriptor.value as object;
    RouteConfig({ ...routeConfigOf(handler), ...config })(target, property, descriptor);
  };
}

export function routeConfigOf(handler: object): Partial<FastifyContextConfig> {
  return (
    (Reflect.getMetadata(METADATA_KEY, handler) as Partial<FastifyContextConfig> | undefined) ?? {}
  );
}

/** The route takes bodies up to this size; without it, up to 1 MiB. */
export function BodyLimit(bodyLimitBytes: number): MethodDecorator {
  return extendRouteConfig({ bodyLimitBytes });
}
