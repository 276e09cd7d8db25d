import type { PullRequest } from '../../../packages/embedded-github/src/model/records.ts';
import { readTrailers } from '../../../src/state/landing-trailers.ts';
import type { FaultMix } from '../world/fault-mix.ts';
import type { ActorInput } from './actor-input.ts';

/** Between two looks at what waits for people (ms). */
const LOOKS = 25 * 60_000;

interface ReviewerInput extends ActorInput {
  readonly mix: FaultMix;
  readonly onMerged: (merged: Merged) => Promise<void>;
  readonly note: (line: string) => void;
}

export interface Merged {
  readonly task: string;
  readonly issue: number;
  readonly dispatch: number;
  readonly run: number;
  readonly commit: string;
  /** What the person saw. */
  readonly head: string;
}

/** A person who merges, closes or leaves what runs propose; once nothing goes wrong any more, all of it is merged. */
export class Reviewer {
  readonly #input: ReviewerInput;
  isStopped = false;

  constructor(input: ReviewerInput) {
    this.#input = input;
  }

  start(): void {
    const { time } = this.#input;
    time.at(time.now + LOOKS, () => {
      if (this.isStopped) return;
      void this.#look().finally(() => this.start());
    });
  }

  async #look(): Promise<void> {
    const { town, random, mix, note } = this.#input;
    for (const issue of [...town.repository.issues]) {
      const isOurs = issue.state === 'open' && issue.pull?.headRef.startsWith('agent-waves/task/');
      if (!isOurs || !issue.pull) continue;
      const does = mix.isOver ? 'merges' : random.pick('review', ['merges', 'merges', 'merges', 'leaves', 'closes']);
      if (does === 'merges') await this.#merge(issue as PullRequest);
      if (does !== 'closes') continue;
      note(`a person closed the pull request #${issue.number}`);
      await this.#input.hands.edit(issue.number, { state: 'closed' });
    }
  }

  async #merge({ number, pull: { headSha: head } }: PullRequest): Promise<void> {
    const { hands, git, note, onMerged } = this.#input;
    const how = { merge_method: 'squash', sha: head };
    const merged = await hands.ask<{ readonly sha: string }>('lead', 'PUT', `pulls/${number}/merge`, how);
    note(`a person ${merged ? 'merged' : 'could not merge'} #${number}`);
    if (!merged) return;
    const landing = readTrailers((await git.commit(merged.sha)).message).at(-1);
    if (landing?.dispatch === undefined || landing.run === undefined) return;
    const { task, issue, dispatch, run } = landing;
    await onMerged({ task, issue, dispatch, run, commit: merged.sha, head });
  }
}
