import type { Scope } from '../../../src/accounts/principal.js';

/**
 * Who may do what, written down by hand: the test beside it holds every operation of the document to
 * it, and a new operation fails until it has a row.
 *
 * `public`: anybody. `any token`: whoever has one. Else the scopes of which one is enough.
 */
export type Row = 'public' | 'any token' | readonly [Scope, ...Scope[]];

const OWN_OR_ALL = ['submissions:read', 'submissions:read-all'] as const;

export const ACCESS_TABLE: Readonly<Record<string, Row>> = {
  'GET /healthz': 'public',
  'GET /readyz': 'public',
  'GET /metrics': ['metrics:read'],

  'POST /api/v1/sign-in': 'public',
  'GET /api/v1/me': 'any token',
  'GET /api/v1/accounts': ['accounts:write'],
  'POST /api/v1/accounts': ['accounts:write'],
  'GET /api/v1/accounts/{id}': ['accounts:write'],
  'PATCH /api/v1/accounts/{id}': ['accounts:write'],
  'GET /api/v1/tokens': 'any token',
  'POST /api/v1/tokens': 'any token',
  'DELETE /api/v1/tokens/{id}': 'any token',

  'GET /api/v1/languages': 'any token',
  'GET /api/v1/languages/{id}': 'any token',

  'GET /api/v1/problems': ['problems:read'],
  'POST /api/v1/problems': ['problems:write'],
  'GET /api/v1/problems/{name}': ['problems:read'],
  'PATCH /api/v1/problems/{name}': ['problems:write'],
  'GET /api/v1/problems/{name}/statement': ['problems:read'],
  'GET /api/v1/problems/{name}/samples/{ordinal}/{part}': ['problems:read'],
  'GET /api/v1/problems/{name}/samples': ['problems:read'],
  'GET /api/v1/problems/{name}/versions': ['problems:write'],
  'GET /api/v1/problems/{name}/versions/{number}': ['problems:write'],
  'GET /api/v1/problems/{name}/versions/{number}/verification': ['problems:write'],
  'GET /api/v1/problems/{name}/versions/{number}/verification/events': ['problems:write'],
  'POST /api/v1/problems/{name}/versions/{number}/publish': ['problems:write'],
  'POST /api/v1/problems/{name}/versions/{number}/verify': ['problems:write'],

  'GET /api/v1/submissions': OWN_OR_ALL,
  'POST /api/v1/submissions': ['submissions:write'],
  'GET /api/v1/submissions/{id}': OWN_OR_ALL,
  'GET /api/v1/submissions/{id}/files': OWN_OR_ALL,
  'GET /api/v1/submissions/{id}/events': OWN_OR_ALL,
  'GET /api/v1/submissions/{id}/judgements': OWN_OR_ALL,
  'GET /api/v1/judgements/{id}': OWN_OR_ALL,
  'GET /api/v1/judgements/{id}/runs': OWN_OR_ALL,

  'POST /api/v1/custom-runs': ['submissions:write'],
  'GET /api/v1/custom-runs/{id}': OWN_OR_ALL,

  'GET /api/v1/queue': ['operations:read'],
  'GET /api/v1/workers': ['operations:read'],
  'GET /api/v1/workers/{id}': ['operations:read'],
  'PATCH /api/v1/workers/{id}': ['operations:write'],
  'GET /api/v1/disabled-parts': ['operations:read'],
  'POST /api/v1/disabled-parts': ['operations:write'],
  'DELETE /api/v1/disabled-parts/{kind}/{part}': ['operations:write'],
  'GET /api/v1/alerts': ['operations:read'],
  'POST /api/v1/alerts/{id}/resolve': ['operations:write'],

  'GET /api/v1/rejudgings': ['rejudgings:write'],
  'POST /api/v1/rejudgings': ['rejudgings:write'],
  'GET /api/v1/rejudgings/{id}': ['rejudgings:write'],
  'GET /api/v1/rejudgings/{id}/changes': ['rejudgings:write'],
  'POST /api/v1/rejudgings/{id}/apply': ['rejudgings:write'],
  'POST /api/v1/rejudgings/{id}/cancel': ['rejudgings:write'],

  'GET /api/v1/webhooks': ['webhooks:write'],
  'POST /api/v1/webhooks': ['webhooks:write'],
  'GET /api/v1/webhooks/{id}': ['webhooks:write'],
  'PATCH /api/v1/webhooks/{id}': ['webhooks:write'],
  'DELETE /api/v1/webhooks/{id}': ['webhooks:write'],
  'POST /api/v1/webhooks/{id}/rotate-secret': ['webhooks:write'],
  'POST /api/v1/webhooks/{id}/test': ['webhooks:write'],
  'GET /api/v1/webhooks/{id}/deliveries': ['webhooks:write'],
  'POST /api/v1/webhooks/{id}/deliveries/{deliveryId}/redeliver': ['webhooks:write'],
};
