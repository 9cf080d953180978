import { Resolver } from 'node:dns/promises';
import { isIP } from 'node:net';

/** All addresses of a name. Rejects when there are none, and when the signal is aborted. */
export type ResolveHost = (host: string, signal: AbortSignal) => Promise<readonly string[]>;

const TRY_MS = 2000;
const TRIES = 2;

/**
 * Asks the machine's name servers itself. The usual way, getaddrinfo, blocks one of few threads until
 * the server answers: a name server that is slow on purpose would hold up the whole process. So
 * /etc/hosts is not read.
 * @param servers instead of the machine's.
 */
export function hostResolver(servers?: readonly string[]): ResolveHost {
  return async (host, signal) => {
    if (isIP(host) !== 0) return [host];
    const resolver = new Resolver({ timeout: TRY_MS, tries: TRIES });
    if (servers !== undefined) resolver.setServers(servers);
    const cancel = (): void => resolver.cancel();
    signal.addEventListener('abort', cancel, { once: true });
    try {
      signal.throwIfAborted();
      const answers = await Promise.allSettled([resolver.resolve4(host), resolver.resolve6(host)]);
      signal.throwIfAborted();
      const addresses = answers.flatMap((one) => (one.status === 'fulfilled' ? one.value : []));
      const failure = answers.find((one) => one.status === 'rejected');
      if (addresses.length === 0) throw new Error('no addresses', { cause: failure?.reason });
      return addresses;
    } finally {
      signal.removeEventListener('abort', cancel);
    }
  };
}
