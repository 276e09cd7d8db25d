import type { Assignment } from '../protocol/assignment.ts';

/** What is left of what the budget has reserved for a run is for all of its programs together. @param spent US dollars. */
export function withCapLeft(assignment: Assignment, spent: number): Assignment {
  const { cap } = assignment;
  return cap ? { ...assignment, cap: { ...cap, left: Math.max(0, cap.left - spent) } } : assignment;
}
