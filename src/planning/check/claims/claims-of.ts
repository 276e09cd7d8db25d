import type { Claim } from '../../../plan/document-claims.ts';
import type { Path } from '../../../plan/position.ts';
import type { Remark, Subject } from '../check-rule.ts';
import { list } from '../words.ts';

export type ClaimOf<Kind extends Claim['kind']> = Extract<Claim, { kind: Kind }>;

/** The claims of one kind, each with its place in the file and with where its document says it: `plan.md:57`. */
export function claimsOf<Kind extends Claim['kind']>(
  { plan }: Subject,
  kind: Kind,
): readonly { readonly claim: ClaimOf<Kind>; readonly path: Path; readonly where: string }[] {
  const source = plan.claims?.source ?? '';
  return (plan.claims?.list ?? []).flatMap((claim, index) =>
    isOf(claim, kind) ? [{ claim, path: ['claims', 'list', index], where: `${source}:${claim.line}` }] : [],
  );
}

function isOf<Kind extends Claim['kind']>(claim: Claim, kind: Kind): claim is ClaimOf<Kind> {
  return claim.kind === kind;
}

/** Before several remarks of one kind, one at the head of the claims that counts them. */
export function counted(remarks: readonly Remark[], sentence: (number: number) => string): readonly Remark[] {
  if (remarks.length < 2) return remarks;
  return [{ path: ['claims'], part: 'key', message: sentence(remarks.length) }, ...remarks];
}

/** Says which of the ids that a claim names are no tasks of the plan, if any. */
export function absent(ids: readonly string[], { tasks }: Subject): string | undefined {
  const unknown = ids.filter((id) => !tasks.has(id));
  if (unknown.length === 0) return undefined;
  return `${list(unknown)} ${unknown.length === 1 ? 'is' : 'are'} not in the plan; add what is missing, or correct the document`;
}
