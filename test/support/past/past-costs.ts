import { newMemory } from '../../../src/github/memory.ts';
import { memoryFromText, memoryToText } from '../../../src/github/memory-text.ts';
import type { Reading } from '../../../src/github/read/read.ts';
import { LABEL } from '../../../src/state/names.ts';
import type { GitHubScene } from '../github-scene.ts';
import { type Asked, countedPasses } from './counted-passes.ts';

/** What a plan costs of requests in a repository with others in its past. */
export interface PastCosts {
  /** From the push of the plan to its first runs. */
  readonly start: Asked;
  /** The first pass of a new process. */
  readonly first: Asked;
  /** A pass that reads everything again. */
  readonly whole: Asked;
  /** A pass for which nothing has changed. */
  readonly idle: Asked;
  /** A pass that knows of those before what they left as text. */
  readonly withoutProcess: Asked;
  /** Characters of that text. */
  readonly text: number;
  /** What the next pass decides on. */
  readonly reading: Reading;
}

const EVERY_ISSUE = 11 * 60_000;
const SOON = 15_000;

/** Starts the plan of a repository that has no issue of it yet, and counts. */
export async function pastCosts(scene: GitHubScene): Promise<PastCosts> {
  const { pass, remembered, askedBy, reading } = countedPasses(scene.town, scene.now);
  const settle = async () => {
    for (let left = 20; left > 0; left--) {
      scene.later(SOON);
      const made = await pass();
      if (made.kind === 'done' && made.wakeIn !== 0 && made.decision.effects.length === 0) return made.decision;
    }
    throw new Error('no rest');
  };
  const start = await askedBy(async () => {
    const { planIssue } = await settle();
    await scene.label(planIssue ?? 0, LABEL.start);
    await settle();
  });
  // What the app does later by itself, and a reading of everything, are no part of what is counted from here on.
  scene.later(EVERY_ISSUE);
  await settle();
  await settle();
  scene.later(SOON);
  const idle = await askedBy(() => pass());
  scene.later(EVERY_ISSUE);
  await pass();
  const whole = await askedBy(() => pass());
  const text = memoryToText(remembered());
  const withoutProcess = await askedBy(() => pass(memoryFromText(text)));
  const first = await askedBy(() => pass(newMemory()));
  return { start, first, whole, idle, withoutProcess, text: text.length, reading: await reading() };
}
