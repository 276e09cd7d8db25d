import { describe } from 'vitest';
import { expectReferencePlan } from './support/reference-plan.ts';

describe('the reference plan of 47 tasks, as `npm run rehearse` runs it', () => {
  expectReferencePlan(async () => [], 8);
});
