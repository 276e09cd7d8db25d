import type { CheckRule, RuleFinding, RuleInput } from '../check-rule.ts';
import { chain, durationRangeText, durationText, list } from '../words.ts';
import { type ClaimOf, claimsOf } from './claims-of.ts';

type TotalClaim = ClaimOf<'total'>;

/** Figures in prose are rounded: this much more or less contradicts nothing. */
const ROUNDING = 0.05;

/** Figures for the whole plan that its tasks do not add up to. What is said twice is answered once. */
export const totals: CheckRule = {
  name: 'claim-total',
  about: 'totals that the document states otherwise',
  find: (input) => {
    const said = new Map<string, { claim: TotalClaim; path: RuleFinding['path']; where: string[] }>();
    for (const { claim, path, where } of claimsOf(input, 'total')) {
      const key = `${claim.of} ${claim.least} ${claim.most}`;
      const before = said.get(key);
      if (before) before.where.push(String(claim.line));
      else said.set(key, { claim, path, where: [where] });
    }
    return [...said.values()].flatMap(({ claim, path, where }): readonly RuleFinding[] => {
      const message = contradiction(claim, input);
      return message === undefined ? [] : [{ path, message: `${placesText(where)} ${message}` }];
    });
  },
};

/** `plan.md:40 (again in line 198)` */
function placesText([first, ...again]: readonly string[]): string {
  if (again.length === 0) return `${first}`;
  return `${first} (again in ${again.length === 1 ? 'line' : 'lines'} ${list(again)})`;
}

function contradiction({ of, least, most }: TotalClaim, { work, critical }: RuleInput): string | undefined {
  const said = durationRangeText(least, most);
  const path = `${durationText(critical.minutes)} (${chain(critical.path)})`;
  switch (of) {
    case 'sequential':
      return fits(work, { least, most })
        ? undefined
        : `says that all work takes ${said} one task after the other; the estimates add up to ${durationText(work)}; expect that, or correct the estimates`;
    case 'critical-path':
      return fits(critical.minutes, { least, most })
        ? undefined
        : `says that the critical path takes ${said}; the longest chain of dependencies takes ${path}; expect that, or add the dependencies that were forgotten`;
    case 'elapsed':
      if (most < critical.minutes * (1 - ROUNDING)) {
        return `says that all is done in ${said}; however many agents work, it takes at least ${path}; promise no less, or shorten that chain`;
      }
      if (least < critical.minutes * (1 - ROUNDING)) {
        return `says that all is done in ${said}; less than ${path} is impossible, however many agents work; promise no less, or shorten that chain`;
      }
      return least > work * (1 + ROUNDING)
        ? `says that all is done in ${said}; one agent alone needs ${durationText(work)}; correct the estimates, or the figure`
        : undefined;
  }
}

function fits(computed: number, { least, most }: { readonly least: number; readonly most: number }): boolean {
  return computed >= least * (1 - ROUNDING) && computed <= most * (1 + ROUNDING);
}
