import { inject } from 'vitest';
import type { Template } from './template.ts';

/** Where an attacker sits. */
export interface Situation {
  readonly template: Template;
  readonly isolation: 'none' | 'user';
}

/** Only root makes users. */
const IS_ROOT = process.getuid?.() === 0;
if (!IS_ROOT) console.warn('this process is not root: the tests of an agent as another user are SKIPPED');

/** Each workflow once and each isolation once; the others are left to the long tests. */
const SHORT: readonly Situation[] = [
  { template: 'agent-task.yml', isolation: 'none' },
  { template: 'agent-task-hardened.yml', isolation: IS_ROOT ? 'user' : 'none' },
];

const LONG: readonly Situation[] = IS_ROOT
  ? [
      { template: 'agent-task-hardened.yml', isolation: 'none' },
      { template: 'agent-task.yml', isolation: 'user' },
    ]
  : [];

export const SITUATIONS = inject('isLong') ? LONG : SHORT;
