import { describe, expect, it } from 'vitest';
import { engineCandidates, pingProblem } from '../../../../src/cli/engine/engine-address.js';
import { engineArguments, ENGINE_PATHS } from '../../../../src/cli/engine/private-engine.js';

const OURS = 'unix:///run/minos/docker.sock';

describe('looking for an engine', () => {
  it('takes DOCKER_HOST and nothing else', () => {
    const host = 'tcp://10.0.0.1:2375';
    expect(engineCandidates({ DOCKER_HOST: host }, 'unix:///x', OURS)).toEqual({
      kind: 'named',
      host,
      by: 'DOCKER_HOST',
    });
  });

  it('takes the configured engine and nothing else', () => {
    expect(engineCandidates({ DOCKER_HOST: '' }, 'unix:///x', OURS)).toEqual({
      kind: 'named',
      host: 'unix:///x',
      by: 'configuration',
    });
  });

  it('tries the usual socket before our own', () => {
    expect(engineCandidates({}, undefined, OURS)).toEqual({
      kind: 'usual',
      hosts: ['unix:///var/run/docker.sock', OURS],
    });
  });

  it('says why nothing answers', async () => {
    expect(await pingProblem('unix:///nonexistent/docker.sock')).toContain('ENOENT');
    expect(await pingProblem('ssh://somewhere')).toContain('ssh://somewhere');
  });
});

describe('the private engine', () => {
  it('has no network to the outside and touches no packet filter', () => {
    expect(engineArguments(ENGINE_PATHS)).toEqual([
      '--bridge=none',
      '--iptables=false',
      '--ip6tables=false',
      '--ip-forward=false',
      '--data-root',
      '/var/lib/minos/docker',
      '--exec-root',
      '/run/minos/docker-exec',
      '--pidfile',
      '/run/minos/docker.pid',
      '--host',
      'unix:///run/minos/docker.sock',
      '--containerd-namespace=minos',
      '--containerd-plugins-namespace=minos-plugins',
    ]);
  });
});
