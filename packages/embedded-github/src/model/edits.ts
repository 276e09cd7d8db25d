import type { UserRecord } from './accounts.ts';

/** One edit of a body, as GitHub's edit history keeps it. */
export interface EditRecord {
  readonly kind: 'UserContentEdit';
  readonly id: number;
  readonly editor: UserRecord;
  readonly editedAt: number;
  /** What the text was before. */
  readonly from: string;
}
