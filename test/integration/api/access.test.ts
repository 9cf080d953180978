import { Controller, Get, Module } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AccountsModule } from '../../../src/accounts/accounts.module.js';
import { ALL_SCOPES, scopesFor, type Scope } from '../../../src/accounts/principal.js';
import { loadConfig } from '../../../src/config/load-config.js';
import { DatabaseModule } from '../../../src/database/database.module.js';
import { newId } from '../../../src/database/new-id.js';
import { createApp } from '../../../src/http/create-app.js';
import { createLog } from '../../../src/logs/create-log.js';
import type { ApiClient, ApiRequest } from '../../fixtures/api/api-client.js';
import type { OpenApiDocument } from '../../fixtures/api/contract-check.js';
import { operationsOf, type NamedOperation } from '../../fixtures/api/operations-of.js';
import { populate, populatedPath } from '../../fixtures/api/populate.js';
import { startApi, type TestApi } from '../../fixtures/api/start-api.js';
import { ACCESS_TABLE, type Row } from './access-table.js';

const CONFIG_FILE = new URL('../../../judge.config.yaml', import.meta.url).pathname;

interface Role {
  readonly name: string;
  readonly client: ApiClient;
  readonly scopes: readonly Scope[] | undefined;
}

/** What is the same for whoever may read problems at all. */
const FOR_ALL = /^\/api\/v1\/(languages|problems\/\{name\}(\/statement|\/samples.*)?$)/;
const OF_OWNER = /^\/api\/v1\/(submissions|judgements|custom-runs|webhooks)/;

/** A status of each role, by what the table says. */
function expected(row: Row, { scopes }: Role): 'allowed' | 401 | 403 {
  if (row === 'public') return 'allowed';
  if (scopes === undefined) return 401;
  if (row === 'any token') return 'allowed';
  return row.some((scope) => scopes.includes(scope)) ? 'allowed' : 403;
}

/** Ids that nothing has: whoever is let in finds nothing, and changes nothing. */
function requestOf({ method, path }: NamedOperation): ApiRequest {
  const url = path.replaceAll(/\{(\w+)\}/g, (_all, name: string) =>
    name === 'number' ? '1' : name === 'id' || name.endsWith('Id') ? newId() : 'nothing',
  );
  return { method: method as ApiRequest['method'], url };
}

describe('access', () => {
  let api: TestApi;
  let operations: readonly NamedOperation[];
  let roles: readonly Role[];
  beforeAll(async () => {
    api = await startApi();
    const answer = await api.app.inject({ method: 'GET', url: '/openapi.json' });
    operations = operationsOf(answer.json<OpenApiDocument>());
    const staff = await api.account({ admin: true });
    const nobody = await api.account();
    roles = [
      { name: 'anonymous', client: api.anonymous, scopes: undefined },
      { name: 'a token without scopes', client: nobody.client, scopes: [] },
      { name: 'the administrator', client: api.admin, scopes: ALL_SCOPES },
    ];
    for (const scope of ALL_SCOPES) {
      const client = api.client(await api.token(staff.id, [scope]));
      roles = [...roles, { name: `only ${scope}`, client, scopes: [scope] }];
    }
  });
  afterAll(() => api.close());

  it('has a row for every operation of the document', () => {
    const missing = operations.map(({ name }) => name).filter((name) => !(name in ACCESS_TABLE));
    expect(missing).toEqual([]);
  });

  it('is for every operation and every role as the table says', async () => {
    const differences: string[] = [];
    for (const operation of operations) {
      const row = ACCESS_TABLE[operation.name];
      if (row === undefined) continue;
      for (const role of roles) {
        const { status } = await role.client.send(requestOf(operation));
        const found = status === 401 || status === 403 ? status : 'allowed';
        const due = expected(row, role);
        // Without a secret nobody signs in: the body is looked at first.
        if (found !== due) differences.push(`${operation.name} by ${role.name}: ${status}`);
      }
    }
    expect(differences).toEqual([]);
  });

  it('is never to what belongs to somebody else', async () => {
    const population = await populate(api);
    const stranger = await api.account({ scopes: scopesFor({ admin: false }) });
    const differences: string[] = [];
    for (const { name, method, path } of operations) {
      const url = populatedPath(population, path);
      if (url === undefined || FOR_ALL.test(path)) continue;
      const request = { method: method as ApiRequest['method'], url };
      const { status } = await stranger.client.send(request);
      if (status !== 404 && status !== 403) differences.push(`${name}: ${status}`);
      if (method !== 'GET' || !OF_OWNER.test(path)) continue;
      // The same request of whom it belongs to shows that there is something to be seen.
      const own = await population.owner.client.send(request);
      if (own.status !== 200) differences.push(`${name} by its owner: ${own.status}`);
    }
    expect(differences).toEqual([]);
  });

  it('has no row that is for nothing', () => {
    const names = operations.map(({ name }) => name);
    expect(Object.keys(ACCESS_TABLE).filter((name) => !names.includes(name))).toEqual([]);
  });

  it('is told by the document as the table says it', () => {
    for (const { name, operation } of operations) {
      const row = ACCESS_TABLE[name];
      const due = row === 'public' ? undefined : [{ token: row === 'any token' ? [] : row }];
      expect(operation.security, name).toEqual(due);
    }
  });
});

@Module({})
class OpenModule {}

@Controller()
class OpenController {
  @Get('open')
  open(): string {
    return '';
  }
}

describe('an application with a handler that does not say who may call it', () => {
  it('does not start', async () => {
    const limits = loadConfig(CONFIG_FILE).http;
    const module = {
      module: OpenModule,
      controllers: [OpenController],
      imports: [
        DatabaseModule.register({ url: 'postgresql://nowhere.invalid/minos' }),
        AccountsModule.register(limits.rateLimit),
      ],
    };
    const log = createLog({ process: 'api', target: { write: () => undefined } });
    await expect(createApp(module, limits, log)).rejects.toThrow('OpenController.open');
  });
});
