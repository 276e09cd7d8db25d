import { type IssueView, instant } from '../../../src/state/snapshot.ts';
import { type PureRun, PureWorld, WRITER } from '../pure-world.ts';
import type { Entry } from './mainline.ts';
import type { Truth } from './truth.ts';

/** A pure world that tells the truth about what people say and what lands, whoever made it happen. */
export class WatchedWorld extends PureWorld {
  readonly #truth: Truth;
  /** What the next commit of the base is, where it is more than a commit. */
  #next: Entry = {};
  #rewriting = false;

  constructor(truth: Truth, integrationBranch?: string) {
    super(integrationBranch);
    this.#truth = truth;
  }

  override comment(issue: number, author: string, body: string, edited = false): number {
    if (author === WRITER && !edited) this.#hear(issue, body.split(' ')[0] ?? '');
    return super.comment(issue, author, body, edited);
  }

  #hear(issue: number, command: string): void {
    const truth = this.#truth;
    const own = truth.isOfTask(issue);
    const counts = !truth.isCopy(issue);
    for (const task of truth.about(issue)) {
      if (own) truth.said(task);
      if (command === '/retry' || command === '/start') truth.yes(task, { anew: false });
      // Asked for once more, or said of what is done already: either may come of it.
      if (command === '/retry' && own) truth.mayStand(task);
      if (command === '/skip' && own) truth.waived.set(task, 'skipped');
      // An order to a group is about the tasks that it has by then.
      if (command === '/skip' && own) truth.stated.delete(task);
      if (own && counts && (command === '/skip' || command === '/cancel')) truth.no(task, this);
      // On a group it speaks to what runs, and may find that over when it is read.
      if (!own && counts && command === '/cancel') truth.doom(task, this);
      if (command === '/accept') truth.waived.set(task, 'accepted');
    }
  }

  override close(number: number, closedAs: NonNullable<IssueView['closedAs']>, by = WRITER): void {
    if (by === WRITER && this.issue(number).open) {
      for (const task of this.#truth.about(number)) {
        const own = this.#truth.isOfTask(number);
        if (own) this.#truth.said(task);
        // Listed as done, and closed as not to be done: either may count.
        if (own) this.#truth.mayStand(task);
        if (closedAs === 'completed') {
          if (own) this.#truth.waived.set(task, 'closed');
        } else if (!this.#truth.isCopy(number)) this.#truth.no(task, this);
      }
    }
    super.close(number, closedAs, by);
  }

  override reopen(number: number, by = WRITER): void {
    if (by === WRITER && !this.issue(number).open) {
      const anew = this.#truth.isOfTask(number);
      for (const task of this.#truth.about(number)) {
        if (anew) this.#truth.said(task);
        this.#truth.yes(task, { anew });
      }
    }
    super.reopen(number, by);
  }

  override land(run: PureRun): string | undefined {
    const landed = super.land(run);
    if (landed !== undefined) this.#truth.landed(run);
    return landed;
  }

  override mergePull(number: number): void {
    const issue = this.pulls.get(number)?.issue;
    if (issue !== undefined) for (const task of this.#truth.about(issue)) this.#truth.landedByMerge(task);
    this.#next = issue === undefined ? {} : { landed: { issue, dispatch: undefined } };
    super.mergePull(number);
    this.#next = {};
  }

  override push(message?: string): string {
    if (!this.#rewriting) this.#truth.base.add(this.#next);
    return super.push(message);
  }

  mayRevert(oid: string): boolean {
    return this.#truth.base.mayRevert(this.base.findIndex((commit) => commit.oid === oid));
  }

  override revert(oid: string): string {
    const reverted = this.#truth.base.fromNewest(this.base.findIndex((commit) => commit.oid === oid));
    this.#next = reverted ? { reverts: reverted } : {};
    const made = super.revert(oid);
    this.#next = {};
    this.#landAgain();
    return made;
  }

  override forcePush(isKept: Parameters<PureWorld['forcePush']>[0]): void {
    const kept = this.base.map(isKept);
    this.#rewriting = true;
    let place = 0;
    super.forcePush(() => kept[place++] ?? false);
    this.#rewriting = false;
    this.#truth.base.keep((fromNewest) => kept[fromNewest] ?? false, this.now);
    this.#landAgain();
  }

  /** What is lost may be done once more. */
  #landAgain(): void {
    for (const issue of this.landed)
      if (!this.#truth.base.holds(issue)) for (const task of this.#truth.about(issue)) this.#truth.mayLandAgain(task);
  }

  /** Title and body at once, as the editor of an issue lets people change them. */
  rewrite(number: number, { title, body, by }: { title: string; body: string; by: string }): void {
    this.issues.set(number, { ...this.issue(number), title, body, writer: by, updatedAt: instant(this.now) });
  }
}
