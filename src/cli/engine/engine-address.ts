import { DEFAULT_DOCKER_HOST, DockerClient } from '../../sandbox/docker/docker-client.js';

const PING_DEADLINE_MS = 3000;

/** Where to look for an engine, in order. Who names one gets that one or an error. */
export type EngineCandidates =
  | { readonly kind: 'named'; readonly host: string; readonly by: 'DOCKER_HOST' | 'configuration' }
  | { readonly kind: 'usual'; readonly hosts: readonly string[] };

export function engineCandidates(
  environment: Readonly<Record<string, string | undefined>>,
  configured: string | undefined,
  privateHost: string,
): EngineCandidates {
  const fromEnvironment = environment['DOCKER_HOST'];
  if (fromEnvironment !== undefined && fromEnvironment !== '') {
    return { kind: 'named', host: fromEnvironment, by: 'DOCKER_HOST' };
  }
  if (configured !== undefined) return { kind: 'named', host: configured, by: 'configuration' };
  return { kind: 'usual', hosts: [DEFAULT_DOCKER_HOST, privateHost] };
}

export async function answers(host: string): Promise<boolean> {
  return (await pingProblem(host)) === undefined;
}

/** Why nothing answers there, in words; undefined when something does. */
export async function pingProblem(host: string): Promise<string | undefined> {
  try {
    const client = new DockerClient({ host, deadlines: { queryMs: PING_DEADLINE_MS } });
    await client.ping();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
