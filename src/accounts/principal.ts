/** What a token may be allowed. Scopes for staff are granted by administrators, to administrators. */
export const SCOPES = {
  'problems:read': { staff: false, title: 'Read published problems, statements and samples' },
  'problems:write': { staff: true, title: 'Upload, verify, publish and archive problems' },
  'submissions:write': { staff: false, title: 'Submit, and run programs on own input' },
  'submissions:read': { staff: false, title: "Read the account's own submissions" },
  'submissions:read-all': {
    staff: true,
    title: 'Read all submissions, with what solvers must not see',
  },
  'submissions:priority': { staff: true, title: 'Submit to the contest lane' },
  'rejudgings:write': { staff: true, title: 'Rejudge, and apply or cancel a rejudging' },
  'operations:read': { staff: true, title: 'Read the queue, workers, disabled parts and alerts' },
  'operations:write': {
    staff: true,
    title: 'Pause and drain workers, enable parts, resolve alerts',
  },
  'webhooks:write': { staff: false, title: "Manage the account's webhooks" },
  'accounts:write': { staff: true, title: 'Manage accounts and their tokens' },
  'metrics:read': { staff: true, title: 'Read the metrics' },
} as const satisfies Record<string, { readonly staff: boolean; readonly title: string }>;

export type Scope = keyof typeof SCOPES;

export const ALL_SCOPES = Object.keys(SCOPES) as readonly Scope[];

/** Who sent a request: the account, and what the token it used may do. */
export interface Principal {
  readonly accountId: string;
  readonly accountName: string;
  readonly admin: boolean;
  readonly tokenId: string;
  readonly scopes: ReadonlySet<Scope>;
}

export function isScope(text: string): text is Scope {
  return Object.hasOwn(SCOPES, text);
}

/** The scopes that an account may hold at all. */
export function scopesFor(account: { readonly admin: boolean }): readonly Scope[] {
  return ALL_SCOPES.filter((scope) => account.admin || !SCOPES[scope].staff);
}
