import { join } from 'node:path';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Law } from '../../../../support/draws.ts';
import { type Mutation, makeMutant } from '../../../../support/mutant.ts';

interface PlantedBug extends Mutation {
  readonly name: string;
  /** Name of the law that finds it. */
  readonly law: string;
}

/** How often a law is drawn before a bug counts as not found, and from where. */
const DRAWS = { numRuns: 500, seed: 20_261_128, endOnFailure: true };

const RULES = 'src/task/land/train/rules.ts';
const RIDE = 'src/task/land/train/ride.ts';
const LOOK = 'src/task/land/train/look.ts';
const REMOTE = 'test/support/train/remote-world.ts';
const REPOSITORY = 'test/support/train/world-repository.ts';

const VERIFIED = 'no tree lands that was not verified on exactly what it lands on';
const OWN = 'a landing adds its own work and takes nothing away';
const ONCE = 'nothing of a cancelled work lands, and nothing lands twice';
const DROPPED = 'what was dropped from the base stays dropped';
const LANDS = 'everything lands, or ends for a reason that is on the base';
const KNOWS = 'whoever has landed knows';
const CONFLICT = 'nobody gives work back for a conflict that is not on the base';
const PATIENT = 'nobody who is not too slow is taken out';
const BOUND = 'no run verifies without end, whoever pushes meanwhile';
const FAILING = 'among many that fail, nobody verifies more than four times upon others';
const JAM = 'one that hangs keeps the others no longer than its limit';
const BUSY = 'work is given back where others keep moving the base, and nowhere else';
const QUIET = 'whoever passes where nothing happens but looks of the past verifies once';

const BUGS: readonly PlantedBug[] = [
  {
    name: 'no lease on the base',
    file: REMOTE,
    snippet: 'if (head !== parent) return undefined;',
    by: '',
    law: OWN,
    also: [{ snippet: 'const { head, claims } = this.refs;', by: 'const { claims } = this.refs;' }],
  },
  {
    name: 'no lease on the claim',
    file: REMOTE,
    snippet: 'if (claims.get(run.issue) !== claim) return undefined;',
    by: 'void claim;',
    law: ONCE,
  },
  {
    name: 'a verdict by its tree alone',
    file: RULES,
    snippet: 'return verdicts.find((verdict) => verdict.onto === onto && verdict.tree === tree);',
    by: 'void onto; return verdicts.find((verdict) => verdict.tree === tree);',
    law: VERIFIED,
  },
  {
    name: 'a verdict without what it stands on',
    file: RULES,
    snippet: 'return verdicts.find((verdict) => verdict.onto === onto && verdict.tree === tree);',
    by: 'void [onto, tree]; return verdicts.at(-1);',
    law: VERIFIED,
  },
  {
    name: "git's own merge base",
    file: REPOSITORY,
    snippet: 'mergeSets({ ...work, onto })',
    by: 'mergeSets({ ...work, onto, start: writeTree([...readTree(work.start).parts].filter((part) => readTree(onto).parts.has(part)), 0) })',
    also: [
      {
        snippet: "import { codeOf, mergeSets } from './set-trees.ts';",
        by: "import { codeOf, mergeSets, readTree, writeTree } from './set-trees.ts';",
      },
    ],
    law: DROPPED,
  },
  {
    name: "git's own merge base of works that were made anew upon others",
    file: REPOSITORY,
    snippet: 'mergeSets({ ...work, onto })',
    by: 'madeAnew(work, onto)',
    also: [
      {
        snippet: '/** The repository of one run in the world of sets. */',
        by: `const last = new WeakMap<object, string>();
          function madeAnew(work: { start: string; tree: string }, onto: string) {
            const made = mergeSets({ start: work.start, tree: last.get(work) ?? work.tree, onto });
            last.set(work, made.tree);
            return made;
          }`,
      },
    ],
    law: ONCE,
  },
  {
    name: 'a landing while others are ahead',
    file: RULES,
    snippet: 'const isNext = aheadOf(ride, sight).length === 0;',
    by: 'const isNext = true; void sight;',
    law: VERIFIED,
  },
  {
    name: 'a failure upon works that have not landed is one',
    file: RULES,
    snippet: '!passed && onto === sight.base)',
    by: '!passed && onto !== undefined)',
    law: LANDS,
  },
  {
    name: 'a failure that never counts',
    file: RULES,
    snippet: "  return verdict && { kind: 'fail', verdict };",
    by: '  return verdict && undefined;',
    law: LANDS,
  },
  {
    name: 'a conflict with works is one with the base',
    file: 'src/task/land/train/predict.ts',
    snippet: "const conflict = withBase.kind === 'conflict' ? 'base' : 'works';",
    by: "const conflict = 'base';",
    law: CONFLICT,
  },
  {
    name: 'taking out without patience',
    file: RULES,
    snippet: 'now - first.since >= Math.max(first.entry.limit, entry.limit) * 1_000;',
    by: 'now >= Math.min(first.since, first.entry.limit, entry.limit);',
    law: PATIENT,
  },
  {
    name: 'taking out by how long another one has been first',
    file: RULES,
    snippet: 'return isKnown ? first : { entry, base: sight.base, since: now };',
    by: 'return first ? { ...first, entry } : { entry, base: sight.base, since: now }; void isKnown;',
    law: PATIENT,
  },
  {
    name: 'nobody is ever taken out',
    file: RULES,
    snippet: "return isOverdue ? { kind: 'take-out', entry: first.entry } : { kind: 'wait' };",
    by: "return isOverdue ? { kind: 'wait' } : { kind: 'wait' };",
    law: JAM,
  },
  {
    name: 'a claim that cannot be seen yet is gone',
    file: RULES,
    snippet: 'const MISSING_MS = 120_000;',
    by: 'const MISSING_MS = 20_000;',
    law: LANDS,
  },
  {
    name: 'an answer that was lost is none',
    file: RULES,
    snippet: "  if (sight.claim === 'landed') return { kind: 'landed' };\n",
    by: '',
    also: [{ snippet: "sight.claim === 'missing' ?", by: "sight.claim !== 'held' ?" }],
    law: KNOWS,
  },
  {
    name: 'looks of the past are believed',
    file: LOOK,
    snippet: 'const BELIEVED_MS = 60_000;',
    by: 'const BELIEVED_MS = 0;',
    law: QUIET,
  },
  {
    name: 'a base that went back is never believed',
    file: LOOK,
    snippet: 'const BELIEVED_MS = 60_000;',
    by: 'const BELIEVED_MS = Number.POSITIVE_INFINITY;',
    law: BUSY,
  },
  {
    name: 'pictures make a prediction void',
    file: REPOSITORY,
    snippet: '[tree, codeOf(tree)]',
    by: '[tree, tree]',
    law: QUIET,
  },
  {
    name: 'predictions without end',
    file: RULES,
    snippet: 'const MAX_PREDICTIONS = 4;',
    by: 'const MAX_PREDICTIONS = 400;',
    law: FAILING,
  },
  {
    name: 'verifications on a busy head without end',
    file: RULES,
    snippet: 'const MAX_ON_HEAD = 6;',
    by: 'const MAX_ON_HEAD = 600;',
    law: BOUND,
  },
  {
    name: 'a verification that goes on for what is no prediction any more, and counts for what is',
    file: RIDE,
    snippet: "if (!of || ('tree' in work && of.onto === onto && of.tree === work.tree)) return false;",
    by: "if (of && 'tree' in work) Object.assign(of, { onto, tree: work.tree });\n    if (of || !of) return false;",
    law: VERIFIED,
  },
];

beforeEach(() => {
  vi.spyOn(process.stdout, 'write').mockImplementation(() => true);
});

describe('a law of the merge train finds', () => {
  for (const bug of BUGS) {
    it(bug.name, async () => {
      const { hold, remove } = await lawIn(bug);
      try {
        await expect(hold(DRAWS)).rejects.toThrow(/Property failed/);
      } finally {
        await remove();
      }
    });
  }
});

/** The law, as it judges the mutant. */
async function lawIn(bug: PlantedBug): Promise<Pick<Law, 'hold'> & { readonly remove: () => Promise<void> }> {
  const { folder, remove } = await makeMutant(bug);
  const { TRAIN_LAWS } = await import(join(folder, 'test/support/train/train-laws.ts'));
  const law = (TRAIN_LAWS as readonly Law[]).find(({ name }) => name === bug.law);
  if (!law) throw new Error(`no law says that ${bug.law}`);
  return { hold: law.hold, remove };
}
