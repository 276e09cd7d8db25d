import type { DocumentClaim } from '../../../plan/document-claims.ts';
import type { Path } from '../../../plan/position.ts';
import type { RuleFinding, RuleInput } from '../check-rule.ts';
import { list } from '../words.ts';

export type ClaimOf<Kind extends DocumentClaim['kind']> = Extract<DocumentClaim, { kind: Kind }>;

/** The claims of one kind, each with its place in the file and with where its document says it: `plan.md:57`. */
export function claimsOf<Kind extends DocumentClaim['kind']>(
  { plan }: RuleInput,
  kind: Kind,
): readonly { readonly claim: ClaimOf<Kind>; readonly path: Path; readonly where: string }[] {
  const source = plan.claims?.source ?? '';
  return (plan.claims?.list ?? []).flatMap((claim, index) =>
    isOf(claim, kind) ? [{ claim, path: ['claims', 'list', index], where: `${source}:${claim.line}` }] : [],
  );
}

function isOf<Kind extends DocumentClaim['kind']>(claim: DocumentClaim, kind: Kind): claim is ClaimOf<Kind> {
  return claim.kind === kind;
}

/** Before several findings of one kind, one at the head of the claims that counts them. */
export function withCountAhead(
  findings: readonly RuleFinding[],
  sentence: (number: number) => string,
): readonly RuleFinding[] {
  if (findings.length < 2) return findings;
  return [{ path: ['claims'], part: 'key', message: sentence(findings.length) }, ...findings];
}

/** Says which of the ids that a claim names are no tasks of the plan, if any. */
export function missingTasks(ids: readonly string[], { tasks }: RuleInput): string | undefined {
  const unknown = ids.filter((id) => !tasks.has(id));
  if (unknown.length === 0) return undefined;
  return `${list(unknown)} ${unknown.length === 1 ? 'is' : 'are'} not in the plan; add what is missing, or correct the document`;
}
