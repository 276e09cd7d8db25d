/** What an issue's history tells of. */

export type StateEvent = 'labeled' | 'unlabeled' | 'closed' | 'reopened' | 'locked' | 'unlocked' | 'transferred';
export type TextEvent = 'renamed' | 'comment_deleted';
export type DependencyEvent = 'blocked_by_added' | 'blocked_by_removed' | 'blocking_added' | 'blocking_removed';
export type ParentEvent = 'parent_issue_added' | 'parent_issue_removed' | 'sub_issue_added' | 'sub_issue_removed';
export type RelationEvent = DependencyEvent | ParentEvent;

export type StateReason = 'completed' | 'not_planned' | 'duplicate' | 'reopened';
