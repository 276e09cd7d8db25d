import type { IssueRecord } from '../../../packages/embedded-github/src/model/records.ts';
import { LABEL } from '../../../src/state/names.ts';
import { type ActName, USUAL_ACTS } from './act-names.ts';
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

  readonly #acts: Readonly<Record<ActName, (issue: IssueRecord) => Promise<string>>> = {
    command: (issue) => this.issues.command(issue),
    retry: (issue) => this.issues.command(issue, '/retry'),
    skip: (issue) => this.issues.command(issue, '/skip'),
    close: (issue) => this.issues.close(issue),
    'close-wave': () => this.#onWave((wave) => this.issues.close(wave)),
    reopen: (issue) => this.issues.reopen(issue),
    note: (issue) => this.issues.note(issue),
    'break-body': (issue) => this.issues.breakBody(issue),
    retitle: (issue) => this.issues.retitle(issue),
    'make-over': (issue) => this.issues.makeOver(issue),
    start: (issue) => this.issues.start(issue),
    'run-by-hand': (issue) => this.issues.runByHand(issue),
    pause: () => this.issues.pause(),
    'edit-plan': () => this.plan.edit(),
    remove: () => this.plan.edit('remove'),
    list: () => this.plan.list(),
    push: () => this.base.push(),
    revert: () => this.base.revert(),
    'force-push': () => this.base.forcePush(),
  };

  /** @returns What was done. */
  async act(): Promise<string> {
    const { random, acts } = this.#input;
    const issue = this.#someIssue();
    if (!issue) return 'nobody found anything to do';
    const isOwn = acts !== undefined && random.chance('own act', 0.9);
    return this.#acts[random.pick('act', isOwn ? acts : USUAL_ACTS)](issue);
  }

  triage(): Promise<string> {
    return this.outsiders.triage(this.#someIssue());
  }

  stray(): Promise<string> {
    return this.outsiders.stray(this.#someIssue());
  }

  async #onWave(act: (wave: IssueRecord) => Promise<string>): Promise<string> {
    const { town, random } = this.#input;
    const waves = town.repository.issues.filter(
      ({ labels, state }) => state === 'open' && [...labels].some(({ name }) => name === LABEL.wave),
    );
    return waves.length === 0 ? 'nobody found a wave' : act(random.pick('which wave', waves));
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
