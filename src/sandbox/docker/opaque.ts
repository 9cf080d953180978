import { inspect } from 'node:util';

/**
 * docker-modem prints the options of every request with all that can be reached from them, whether or
 * not somebody reads it. From an agent or a signal that is every socket and timer of the process with
 * what they hold: 20 ms of CPU for a container. This one shows its class only.
 */
export function opaque<T extends object>(value: T): T {
  return Object.defineProperty(value, inspect.custom, {
    value: () => value.constructor.name,
    configurable: true,
  });
}
