import type { Landed } from '../laws/truth.ts';
import { BASE } from '../runs/git-refs.ts';
import type { ActorInput } from './actor-input.ts';

/** More commits than somebody forces away at once. */
const MAX_FORCED = 6;

/** What people do to the branch that work lands on. */
export class BaseActs {
  readonly #input: ActorInput;
  #pushes = 0;

  constructor(input: ActorInput) {
    this.#input = input;
  }

  async push(): Promise<string> {
    await this.race();
    return 'a person pushed to the base';
  }

  /** A push of somebody that has nothing to do with the plan. */
  async race(of = 'it'): Promise<string> {
    const { town } = this.#input;
    const files = { 'notes.md': `Note ${++this.#pushes}\n` };
    await town.github.commitFiles({ repository: 'acme/daw', by: 'lead', message: 'Tidy up', files });
    return `somebody pushed right before ${of} did`;
  }

  async revert(): Promise<string> {
    const { truth, random } = this.#input;
    if (truth.landed.length === 0) return 'nobody reverted anything';
    return this.#undo(random.pick('revert', truth.landed));
  }

  /** Undoes what a task needs that is about to begin. */
  async undoNeeded(task: string): Promise<string> {
    const { truth, random } = this.#input;
    const needs = truth.plan.tasks.find(({ id }) => id === task)?.dependencies ?? [];
    const landed = truth.landed.filter((each) => needs.includes(each.task) && truth.isDone(each.task));
    return landed.length === 0 ? 'nobody undid anything' : this.#undo(random.pick('undo', landed));
  }

  async #undo({ commit, task }: Landed): Promise<string> {
    const { truth, git, time } = this.#input;
    const head = git.head();
    if (!(await git.isAncestor(commit, head))) return 'nobody reverted anything';
    const message = `Revert "${task}: work"\n\nThis reverts commit ${commit}.\n`;
    const made = await git.commitOn(head, { files: { [`work/${task}.md`]: 'reverted\n' }, message, by: 'lead' });
    truth.redone.set(task, time.now);
    await git.push('lead', [{ ref: BASE, from: head, to: made }]);
    return `a person reverted what ${task} had landed`;
  }

  async forcePush(): Promise<string> {
    const { truth, git, time, random } = this.#input;
    const head = git.head();
    const gone = random.chance('force', 0.5) ? await this.#upToLanding(head) : [head];
    const [parent] = (await git.commit(gone.at(-1) ?? head)).parents;
    if (parent === undefined) return 'nobody pushed by force';
    for (const { commit, task } of truth.landed) if (gone.includes(commit)) truth.redone.set(task, time.now);
    await git.push('lead', [{ ref: BASE, from: head, to: parent }]);
    return gone.length === 1
      ? 'a person pushed by force: the newest commit of the base is gone'
      : `a person pushed by force: the newest ${gone.length} commits of the base are gone`;
  }

  /** The newest landing with what the app wrote on top of it; the newest commit alone where people wrote there since. */
  async #upToLanding(head: string): Promise<readonly string[]> {
    const { truth, git } = this.#input;
    const gone: string[] = [];
    for (const { oid, author } of (await git.history(head)).slice(0, MAX_FORCED)) {
      gone.push(oid);
      if (truth.landed.some(({ commit }) => commit === oid)) return gone;
      if (author.name === 'lead') break;
    }
    return [head];
  }
}
