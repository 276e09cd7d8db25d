import { type Conclusion, failedBecause } from './assignment.ts';

type Setup = Extract<NonNullable<Conclusion['cause']>, { readonly kind: 'setup' }>;

const MAX_WHAT = 180;

/** The end of a run that lacks what no run can bring: a person is asked for it at once, and no attempt is used. */
export function lacking({ what, ...setup }: Omit<Setup, 'kind'>, output: string): Conclusion {
  // What is to be done must fit in behind it.
  const cause = { kind: 'setup', what: what.slice(0, MAX_WHAT), ...setup } as const;
  return { outcome: 'infrastructure', needs: 'person', ...failedBecause(cause, output) };
}
