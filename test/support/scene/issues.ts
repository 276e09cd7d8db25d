import type { Town } from '../../../packages/embedded-github/test/support/town.ts';
import type { Decision } from '../../../src/decide/effects/effect.ts';
import { hiddenOccasion, withoutOccasion } from '../without-occasion.ts';

/** The plan's issues by name: `plan`, `wave 1`, a task's id, or a number. */
export function issuesOf(town: Town, decision: () => Decision | undefined) {
  const numbers = new Map<string, number>();
  const all = () => town.github.issuesReport('acme/daw');
  const lookUp = (name: string): number | undefined => {
    const named = all().find(({ title }) => startsAs(title, name))?.number;
    return named ?? decision()?.tasks.find(({ task }) => task.id === name)?.issue;
  };
  /** The number under which the name was first known: it stays, whatever becomes of the title. */
  const number = (name: string | number): number => {
    if (typeof name === 'number') return name;
    const found = numbers.get(name) ?? lookUp(name);
    if (found === undefined) throw new Error(`there is no issue for ${name}`);
    numbers.set(name, found);
    return found;
  };
  const issue = (name: string | number) => {
    const wanted = number(name);
    const found = all().find((each) => each.number === wanted);
    if (!found) throw new Error(`there is no issue #${wanted}`);
    return found;
  };
  return {
    number,
    issue,
    /** Every issue, whoever made it, lowest number first. */
    issues: all,
    /** Numbers of all issues whose title is that of the task, lowest first. */
    numbersOf: (name: string): readonly number[] =>
      all()
        .filter(({ title }) => startsAs(title, name))
        .map((each) => each.number),
    labels: (name: string | number): readonly string[] =>
      issue(name).labels.map((each) => (typeof each === 'string' ? each : (each.name ?? ''))),
    comments: (name: string | number) =>
      issue(name).comments_list.map(({ id, user, body }) => ({
        id,
        author: user?.login ?? '',
        body: withoutOccasion(body ?? ''),
        /** What the app wrote it about. */
        occasion: hiddenOccasion(body ?? ''),
      })),
  };
}

function startsAs(title: string, name: string): boolean {
  const [given, wanted] = [title.toLowerCase(), name.toLowerCase()];
  return given === wanted || given.startsWith(`${wanted}:`);
}
