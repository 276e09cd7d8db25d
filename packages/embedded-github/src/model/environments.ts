import type { UserRecord } from './accounts.ts';

/** A place that jobs name, with secrets and conditions of its own. */
export interface EnvironmentRecord {
  readonly id: number;
  readonly name: string;
  readonly createdAt: number;
  readonly reviewers: readonly UserRecord[];
  readonly waitMinutes: number;
  /** Branches whose runs may use it; null: all. */
  readonly branches: readonly string[] | 'protected' | null;
  readonly secrets: Map<string, string>;
}
