import { type DetectableCheck, type Ecosystem, firstFile, withoutEmpty } from './ecosystem.ts';

const FILES = ['GNUmakefile', 'makefile', 'Makefile'];

const TARGETS: Readonly<Record<DetectableCheck, readonly string[]>> = {
  compile: ['compile', 'typecheck', 'build'],
  test: ['test', 'tests', 'check'],
  lint: ['lint'],
};

/** Make: targets by their usual names. It speaks last, because its targets mostly call what other files say too. */
export const make: Ecosystem = {
  name: 'Make',
  manifests: FILES,
  locks: [],
  checks: (dir) => {
    const file = firstFile(dir, FILES);
    if (!file) return {};
    const targets = targetsOf(dir.text(file));
    const choose = (name: DetectableCheck) => {
      const target = TARGETS[name].find((candidate) => targets.has(candidate));
      return [target && { run: `make ${target}`, why: `from the \`${target}\` target of ${file}` }].map(
        (found) => found || undefined,
      );
    };
    return withoutEmpty({ compile: choose('compile'), test: choose('test'), lint: choose('lint') });
  },
  install: () => [],
};

function targetsOf(text: string): ReadonlySet<string> {
  const rules = text.matchAll(/^([\w./ -]+?)\s*::?(?![=:])/gm);
  return new Set([...rules].flatMap(([, names = '']) => names.split(/\s+/)));
}
