import type { UserRecord } from './accounts.ts';

/** Operation `reactions/create-for-issue`. */
export const REACTIONS = ['+1', '-1', 'laugh', 'confused', 'heart', 'hooray', 'rocket', 'eyes'] as const;

export interface ReactionRecord {
  readonly kind: 'Reaction';
  readonly id: number;
  readonly content: (typeof REACTIONS)[number];
  readonly user: UserRecord;
  readonly createdAt: number;
}
