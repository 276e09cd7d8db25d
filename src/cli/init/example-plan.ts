import { slug } from '../../plan/identity.ts';
import { fitLine } from '../../planning/import/fit-fields.ts';
import { planText, SCHEMA_URLS } from '../../planning/import/plan-text.ts';
import type { FoundRepository } from './look-around.ts';

/** Three small tasks that fit any repository and are worth having: the last one builds on the others. */
export function examplePlan({
  name,
  checks,
  install,
  testFolder,
}: Pick<FoundRepository, 'name' | 'checks' | 'install' | 'testFolder'>): string {
  const commands = [...install, ...checks.flatMap((check) => check.commands)].map(({ run }) => `\`${run}\``);
  const tried = commands.length === 0 ? '' : `, among them ${commands.slice(0, 4).join(', ')}`;
  const title = fitLine(name, 60) ?? 'Plan';
  return planText({
    $schema: SCHEMA_URLS.plan,
    id: slug(name) || 'plan',
    name: title,
    waves: [
      { number: 1, title: 'Look around' },
      { number: 2, title: 'Test what has no test' },
    ],
    tasks: [
      {
        id: 'DOC-001',
        title: `Describe how to build and test ${title}`,
        description: fitLine(
          `Write docs/development.md: what has to be installed, how the code is built and tested, what each folder holds. Run every command before you write it down${tried}.`,
          1000,
        ),
        wave: 1,
        category: 'setup',
        dependencies: [],
        estimate: '30min',
        acceptance: ['Somebody who has just cloned the repository can build and test it by this page alone.'],
        outputs: ['docs/development.md'],
        touches: ['docs/development.md'],
      },
      {
        id: 'DOC-002',
        title: 'List what no test covers',
        description:
          'Read the code beside its tests, and write docs/untested.md: the behaviour that no test would miss, what matters most first, each with its file and what could go wrong.',
        wave: 1,
        category: 'review',
        dependencies: [],
        estimate: '30min',
        acceptance: ['Every entry names a file, and says which behaviour nothing tests.'],
        outputs: ['docs/untested.md'],
        touches: ['docs/untested.md'],
      },
      {
        id: 'TEST-001',
        title: 'Test what the list names first',
        description:
          'Write tests for the first entry of docs/untested.md, where such tests lie in this repository and in their style, and run them as docs/development.md says. See each fail once without the behaviour that it is about.',
        wave: 2,
        category: 'testing',
        dependencies: ['DOC-001', 'DOC-002'],
        estimate: '1h',
        acceptance: ['The tests pass, and fail without the behaviour that they are about.'],
        touches: [...(testFolder === undefined ? [] : [`${testFolder}/**`]), 'docs/untested.md'],
      },
    ],
  });
}
