import { Injectable, RequestMethod, type Type } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { METHOD_METADATA } from '@nestjs/common/constants.js';
import { routeConfigOf } from '../http/route-config.js';

/** Proves when the application is made that every handler says who may call it. */
@Injectable()
export class AccessProof {
  constructor(modules: ModulesContainer) {
    const controllers = [...modules.values()].flatMap((module) => [...module.controllers.values()]);
    const open = controllers.flatMap(({ metatype }) => undeclaredHandlers(metatype as Type));
    if (open.length > 0) {
      throw new Error(`no @Public, @Authenticated or @Scopes on ${open.join(', ')}`);
    }
  }
}

/** Handlers of a controller, inherited ones too, that do not say who may call them. */
export function undeclaredHandlers(controller: Type): readonly string[] {
  const names = new Set<string>();
  for (
    let prototype = controller.prototype as object;
    prototype !== Object.prototype;
    prototype = Object.getPrototypeOf(prototype) as object
  ) {
    Object.getOwnPropertyNames(prototype).forEach((name) => names.add(name));
  }
  return [...names]
    .filter((name) => {
      const handler = handlerOf(controller, name);
      return handler !== undefined && routeConfigOf(handler).access === undefined;
    })
    .map((name) => `${controller.name}.${name}`);
}

function handlerOf(controller: Type, name: string): object | undefined {
  const value: unknown = (controller.prototype as Record<string, unknown>)[name];
  if (typeof value !== 'function' || name === 'constructor') return undefined;
  const method = Reflect.getMetadata(METHOD_METADATA, value) as RequestMethod | undefined;
  return method === undefined ? undefined : value;
}
