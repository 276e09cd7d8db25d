import type { Environment } from '../protocol/job.ts';

/**
 * The hardened workflow gives each part of a task a job of its own, with the rights that this part needs and no others.
 * `all` is the whole task in one job.
 */
const STAGES = ['all', 'claim', 'agent', 'verify', 'scan', 'land', 'report'] as const;

export type Stage = (typeof STAGES)[number];

/** @throws when the workflow names a stage that this action does not have. */
export function readStage({ INPUT_STAGE: text }: Environment): Stage {
  if (!text) return 'all';
  const stage = STAGES.find((name) => name === text);
  if (!stage) throw new Error(`input stage is "${text}"; name one of ${STAGES.join(', ')}`);
  return stage;
}
