import { Agent } from 'node:http';
import { Agent as SecureAgent } from 'node:https';
import type Docker from 'dockerode';
import { JudgeError } from '../../errors.js';
import { opaque } from './opaque.js';

export interface TlsOptions {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

/** Where a daemon listens. */
export interface DockerAddress {
  readonly target: { readonly path: string } | { readonly host: string; readonly port: number };
  readonly tls?: TlsOptions;
}

const DEFAULT_PORT = 2375;

/** Reads the form of DOCKER_HOST: `unix:///path` or `tcp://host:port`. */
export function parseDockerHost(host: string, tls?: TlsOptions): DockerAddress {
  const secured = tls === undefined ? {} : { tls };
  if (host.startsWith('unix://')) return { target: { path: host.slice('unix://'.length) } };
  const url = URL.parse(host);
  if (url?.protocol !== 'tcp:') {
    throw new JudgeError('engine-unavailable', `not a Docker address: ${host}`, {
      details: ['Use unix:///path/to/docker.sock or tcp://host:port.'],
    });
  }
  const port = url.port === '' ? DEFAULT_PORT : Number(url.port);
  return { target: { host: url.hostname, port }, ...secured };
}

/**
 * Explicit about every part, because dockerode fills in from the environment what is absent, and Node
 * keeps connections alive unless told otherwise.
 */
export function dockerodeOptions({
  target,
  tls,
}: DockerAddress): Docker.DockerOptions & { readonly agent: Agent } {
  if ('path' in target) {
    return {
      host: undefined,
      socketPath: target.path,
      agent: opaque(new Agent({ keepAlive: false })),
    };
  }
  return tls === undefined
    ? { ...target, protocol: 'http', agent: opaque(new Agent({ keepAlive: false })) }
    : {
        ...target,
        ...tls,
        protocol: 'https',
        agent: opaque(new SecureAgent({ keepAlive: false })),
      };
}
