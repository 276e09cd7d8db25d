/** Whether a plan could be worked off as a repository is set up, fact by fact. */

/** The names by which `--json` tells them. */
export type FactName =
  | 'repository'
  | 'token'
  | 'rules'
  | 'merging'
  | 'pull-requests'
  | 'actions'
  | 'allowed-actions'
  | 'task-workflow'
  | 'template'
  | 'job-permissions'
  | 'clock'
  | 'environment'
  | 'secrets'
  | 'other-workflows'
  | 'labels'
  | 'plan';

export type JudgedFact = {
  readonly fact: FactName;
  /** What is so: one line of plain text, what it names between backticks. */
  readonly what: string;
  /** Address of the setting. */
  readonly page: string;
} & (
  | {
      readonly verdict: 'ok';
      /** What would be better, though work lands as it is. */
      readonly advice?: string;
    }
  /** Work could not land, or not be paid for, so. */
  | { readonly verdict: 'refused'; readonly fix: string }
  /** Nobody told; it keeps nothing from starting. */
  | { readonly verdict: 'unknown'; readonly tells: string }
);

export type RefusedFact = Extract<JudgedFact, { readonly verdict: 'refused' }>;

export function isRefusedFact(fact: JudgedFact): fact is RefusedFact {
  return fact.verdict === 'refused';
}

/** Of an unknown fact: the permission that would tell. */
export function withPermission(permission: string): string {
  return `a token with the permission \`${permission}\` would tell`;
}
