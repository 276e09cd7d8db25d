export type Role = 'read' | 'triage' | 'write' | 'maintain' | 'admin';

export type Permissions = Readonly<Record<string, string>>;

export interface UserRecord {
  readonly kind: 'User';
  readonly id: number;
  login: string;
  readonly type: 'User' | 'Organization' | 'Bot';
  readonly createdAt: number;
  /** What was done stays, and nobody is named for it any more. */
  isDeleted: boolean;
}

export interface AppRecord {
  readonly id: number;
  readonly slug: string;
  readonly clientId: string;
  readonly permissions: Permissions;
  readonly events: readonly string[];
  readonly publicKey: string;
  readonly owner: UserRecord;
  readonly bot: UserRecord;
  readonly createdAt: number;
  webhook: { readonly url: string; readonly secret: string } | null;
}
