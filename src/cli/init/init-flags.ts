import type { AnswerFlags } from './answers.ts';

/** What the command line says beside the answers. */
export interface InitFlags extends AnswerFlags {
  readonly overwrite?: true;
  readonly dryRun?: true;
  readonly json?: true;
  readonly pullRequest?: true;
  readonly gh?: true;
  readonly repo?: string;
}
