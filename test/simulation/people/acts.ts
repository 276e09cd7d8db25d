import type { IssueRecord } from '../../../packages/embedded-github/src/model/records.ts';
import { LABEL } from '../../../src/state/names.ts';
import type { ActorInput } from './actor-input.ts';
import { BaseActs } from './base-acts.ts';
import { IssueActs } from './issue-acts.ts';
import { Outsiders } from './outsiders.ts';
import { PlanEdits } from './plan-edits.ts';

/** Somebody with hands on everything. Each act says in words what it was. */
export class Actor {
  readonly issues: IssueActs;
  readonly base: BaseActs;
  readonly plan: PlanEdits;
  readonly outsiders: Outsiders;
  readonly #input: ActorInput;

  constructor(input: ActorInput) {
    this.#input = input;
    this.issues = new IssueActs(input);
    this.base = new BaseActs(input);
    this.plan = new PlanEdits(input);
    this.outsiders = new Outsiders(input);
  }

  readonly #acts: readonly ((issue: IssueRecord) => Promise<string>)[] = [
    (issue) => this.issues.command(issue),
    (issue) => this.issues.command(issue),
    (issue) => this.issues.command(issue),
    (issue) => this.issues.close(issue),
    (issue) => this.issues.reopen(issue),
    (issue) => this.issues.note(issue),
    (issue) => this.issues.breakBody(issue),
    (issue) => this.issues.retitle(issue),
    (issue) => this.issues.makeOver(issue),
    (issue) => this.issues.start(issue),
    (issue) => this.issues.runByHand(issue),
    () => this.issues.pause(),
    () => this.plan.edit(),
    () => this.plan.edit(),
    () => this.plan.list(),
    () => this.base.push(),
    () => this.base.revert(),
    () => this.base.forcePush(),
  ];

  /** @returns What was done. */
  async act(): Promise<string> {
    const { random } = this.#input;
    const issue = this.#someIssue();
    if (!issue) return 'nobody found anything to do';
    return random.pick('act', this.#acts)(issue);
  }

  triage(): Promise<string> {
    return this.outsiders.triage(this.#someIssue());
  }

  stray(): Promise<string> {
    return this.outsiders.stray(this.#someIssue());
  }

  #someIssue(): IssueRecord | undefined {
    const { town, random } = this.#input;
    const ours = town.repository.issues.filter(
      ({ labels, pull }) => !pull && [...labels].some(({ name }) => name.startsWith('agent-waves:')),
    );
    const tasks = ours.filter(({ labels }) => [...labels].some(({ name }) => name === LABEL.task));
    const from = tasks.length > 0 && random.chance('which issue', 0.8) ? tasks : ours;
    return from.length === 0 ? undefined : random.pick('which issue', from);
  }
}
