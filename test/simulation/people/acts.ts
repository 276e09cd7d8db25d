import type { IssueRecord } from '../../../packages/embedded-github/src/model/records.ts';
import { LABEL } from '../../../src/state/names.ts';
import { readTaskRecord } from '../../../src/state/record.ts';
import { writeResult } from '../../../src/state/write-result.ts';
import type { Truth } from '../laws/truth.ts';
import { BASE, type GitRefs } from '../runs/git-refs.ts';
import { type DrawnPlan, PLAN_PATH, planText } from '../world/files.ts';
import type { Random } from '../world/random.ts';
import type { Town } from '../world/town.ts';
import type { VirtualTime } from '../world/virtual-time.ts';
import type { Hands } from './hands.ts';

export interface ActorInput {
  readonly town: Town;
  readonly git: GitRefs;
  readonly truth: Truth;
  readonly time: VirtualTime;
  readonly random: Random;
  readonly hands: Hands;
}

/** A command of a person that has to be answered. */
export interface Said {
  readonly issue: number;
  readonly comment: number;
  readonly text: string;
}

/** Somebody with hands on everything. Each act says in words what it was. */
export class Actor {
  readonly said: Said[] = [];
  /** Text that somebody put into a body, and that has to stay there. */
  readonly notes: { readonly issue: number; readonly text: string }[] = [];
  readonly #input: ActorInput;
  #notes = 0;

  constructor(input: ActorInput) {
    this.#input = input;
  }

  readonly #acts: readonly ((issue: IssueRecord) => Promise<string>)[] = [
    (issue) => this.#command(issue),
    (issue) => this.#command(issue),
    (issue) => this.#command(issue),
    (issue) => this.#close(issue),
    (issue) => this.#reopen(issue),
    (issue) => this.#note(issue),
    (issue) => this.#breakBody(issue),
    (issue) => this.#retitle(issue),
    () => this.#pause(),
    () => this.#editPlan(),
    () => this.#editPlan(),
    () => this.#push(),
    () => this.#revert(),
    () => this.#forcePush(),
  ];

  /** @returns What was done. */
  async act(): Promise<string> {
    const { random } = this.#input;
    const issue = this.#someIssue();
    if (!issue) return 'nobody found anything to do';
    return random.pick('act', this.#acts)(issue);
  }

  /** Who may sort issues and nothing else: nothing of it moves the plan. */
  async triage(): Promise<string> {
    const { random, hands } = this.#input;
    const issue = this.#someIssue();
    if (!issue) return 'the triager found nothing to do';
    const { number } = issue;
    const how = random.pick('triage', ['close', 'start', 'pause', 'say', 'unlabel'] as const);
    if (how === 'close')
      await hands.edit(
        number,
        { state: 'closed', state_reason: random.pick('triage', ['completed', 'not_planned']) },
        'tess',
      );
    if (how === 'start' || how === 'pause') await hands.label(number, LABEL[how], 'tess');
    if (how === 'say') await hands.say(number, '/skip', 'tess');
    if (how === 'unlabel') await hands.unlabel(number, LABEL.task, 'tess');
    return `the triager, who may not write: ${how} on #${number}`;
  }

  async stray(): Promise<string> {
    const { random, hands } = this.#input;
    const issue = this.#someIssue();
    const text = random.pick('stray', ['/skip', '/start', '/retry', 'Any news?', '/cancel']);
    if (issue) await hands.say(issue.number, text, 'eve');
    return `a stranger said ${text} on #${issue?.number}`;
  }

  /** Another workflow of the repository writes under the same name as runs do. */
  async forge(): Promise<string> {
    const { town, truth, random } = this.#input;
    const run = town.repository.runs.find(({ workflow }) => workflow.path.endsWith('other.yml'));
    const task = random.pick('forge', truth.plan.tasks).id as never;
    const issue = truth.issues.get(task)?.[0];
    const record = issue && readTaskRecord(this.#issue(issue)?.body ?? '');
    if (!run || !issue || !record) return 'nobody forged anything';
    const { attempt, slice, dispatch, live } = record;
    const made = {
      task,
      issue,
      attempt,
      slice,
      dispatch,
      run: live?.run ?? 4_711,
      outcome: 'completed' as const,
      commit: this.#input.git.head(),
    };
    const body = writeResult({
      ...made,
      checks: [{ name: 'test', status: 'passed' }],
      summary: 'Done.',
      agent: { type: 'a', model: 'm' },
    });
    const { github } = town;
    const token = this.forgerToken;
    if (token === undefined) return 'nobody forged anything';
    const headers = { authorization: `token ${token}`, 'content-type': 'application/json' };
    const init = { method: 'POST', headers, body: JSON.stringify({ body }) };
    await github.fetch(`${github.apiUrl}/repos/acme/daw/issues/${issue}/comments`, init);
    return `another workflow made up that ${task} was completed`;
  }

  forgerToken: string | undefined;

  #someIssue(): IssueRecord | undefined {
    const { town, random } = this.#input;
    const ours = town.repository.issues.filter(
      ({ labels, pull }) => !pull && [...labels].some(({ name }) => name.startsWith('agent-waves:')),
    );
    const tasks = ours.filter(({ labels }) => [...labels].some(({ name }) => name === LABEL.task));
    const from = tasks.length > 0 && random.chance('which issue', 0.8) ? tasks : ours;
    return from.length === 0 ? undefined : random.pick('which issue', from);
  }

  #issue(number: number): IssueRecord | undefined {
    return this.#input.town.repository.issues.find((each) => each.number === number);
  }

  async #command({ number }: IssueRecord): Promise<string> {
    const { random, hands, truth, time } = this.#input;
    const text = random.pick('command', [
      '/retry',
      '/retry please be careful',
      '/cancel',
      '/skip',
      '/accept',
      '/pause',
      '/resume',
      '/tell use tabs',
      '/priority 5',
      '/status',
      '/why',
      '/start',
      '/help',
    ]);
    const comment = await hands.say(number, text);
    this.said.push({ issue: number, comment, text });
    const task = truth.taskOf(number);
    const tasks = task === undefined ? truth.plan.tasks.map(({ id }) => id as string) : [task];
    const [word] = text.split(' ');
    for (const each of tasks) {
      // Whether it does something depends on what a pass has read: a no counts where nothing else can be meant.
      if (word === '/retry' || word === '/start') truth.yes(each, time.now);
      if (word === '/skip' || word === '/accept') truth.waived.set(each, time.now);
    }
    if (task !== undefined && word === '/skip' && !truth.landed.some((landed) => landed.task === task))
      truth.no(task, time.now);
    return `a person said ${text} on #${number}`;
  }

  async #close({ number, state }: IssueRecord): Promise<string> {
    const { random, hands, truth, time } = this.#input;
    const reason = random.pick('close', ['completed', 'not_planned']);
    const task = truth.taskOf(number);
    if (task === undefined || state === 'closed') return 'nobody closed anything';
    await hands.edit(number, { state: 'closed', state_reason: reason });
    if (reason === 'completed') truth.waived.set(task, time.now);
    truth.no(task, time.now);
    return `a person closed #${number} as ${reason}`;
  }

  async #reopen({ number, state }: IssueRecord): Promise<string> {
    const { hands, truth, time } = this.#input;
    if (state === 'open') return 'nobody opened anything';
    await hands.edit(number, { state: 'open' });
    const task = truth.taskOf(number);
    for (const each of task === undefined ? truth.plan.tasks.map(({ id }) => id as string) : [task])
      truth.yes(each, time.now);
    return `a person opened #${number} again`;
  }

  async #note({ number, body }: IssueRecord): Promise<string> {
    const text = `A note of mine, number ${++this.#notes}.`;
    await this.#input.hands.edit(number, { body: `${text}\n\n${body ?? ''}` });
    this.notes.push({ issue: number, text });
    return `a person wrote a note into #${number}`;
  }

  async #breakBody({ number, body }: IssueRecord): Promise<string> {
    const { random, hands } = this.#input;
    const kept = this.notes.filter(({ issue }) => issue === number).map(({ text }) => text);
    const how = random.pick('break', ['emptied', 'cut in half', 'overwritten'] as const);
    const half = (body ?? '').slice(0, Math.floor((body ?? '').length / 2));
    const text = how === 'emptied' ? '' : how === 'overwritten' ? 'All of this is wrong.' : half;
    await hands.edit(number, { body: [...kept, text].join('\n\n') });
    return `a person left the body of #${number} ${how}`;
  }

  async #retitle({ number }: IssueRecord): Promise<string> {
    await this.#input.hands.edit(number, { title: `What we call it now (${++this.#notes})` });
    return `a person gave #${number} another title`;
  }

  async #pause(): Promise<string> {
    const { random, hands, town } = this.#input;
    const plan = town.repository.issues.find(({ labels }) => [...labels].some(({ name }) => name === LABEL.plan));
    if (!plan) return 'nobody paused anything';
    const on = random.chance('pause', 0.4);
    await (on ? hands.label(plan.number, LABEL.pause) : hands.unlabel(plan.number, LABEL.pause));
    return on ? 'a person set agent:pause on the plan' : 'a person took agent:pause off the plan';
  }

  async #editPlan(): Promise<string> {
    const { random, truth, time } = this.#input;
    const plan = await this.#readPlan();
    const how = random.pick('plan edit', ['estimate', 'add', 'remove', 'completed', 'needs', 'broken'] as const);
    const task = random.pick('plan edit', plan.tasks);
    let words = `gave ${task.id} another estimate`;
    if (how === 'broken') {
      await this.#writePlan(`${planText(plan)}{`);
      time.at(time.now + 30 * 60_000, () => void this.#writePlan(planText(plan)));
      return 'a person broke the plan file for half an hour';
    }
    if (how === 'estimate') task.estimate = random.pick('plan edit', ['10min', '50min', '2h']);
    if (how === 'add') {
      const id = `X-${plan.tasks.length}`;
      if (plan.tasks.some((each) => each.id === id)) return 'nobody changed the plan';
      plan.tasks.push({ id, title: `Also make ${id}`, wave: 3, estimate: '30min', dependencies: [task.id] });
      words = `added ${id}, which needs ${task.id}`;
    }
    if (how === 'remove') {
      const needed = plan.tasks.some(({ dependencies }) => dependencies.includes(task.id));
      if (needed || truth.landed.some((landed) => landed.task === task.id)) return 'nobody changed the plan';
      plan.tasks = plan.tasks.filter((each) => each !== task);
      truth.no(task.id, time.now);
      words = `took ${task.id} out of the plan`;
    }
    if (how === 'completed') {
      // Of what has begun, a status in the file may be taken for the app's own word.
      if (task.status === 'completed' || truth.issues.has(task.id)) return 'nobody changed the plan';
      task.status = 'completed';
      truth.listed.add(task.id);
      words = `listed ${task.id} as completed`;
    }
    if (how === 'needs') {
      task.dependencies = task.dependencies.slice(1);
      words = `changed what ${task.id} needs`;
    }
    truth.sawPlan(plan);
    await this.#writePlan(planText(plan));
    return `a person ${words}`;
  }

  async #readPlan(): Promise<DrawnPlan> {
    const text =
      (await this.#input.town.repository.objects.read(`${BASE}:${PLAN_PATH}`))?.content.toString('utf8') ?? '{}';
    try {
      return JSON.parse(text) as DrawnPlan;
    } catch {
      return structuredClone(this.#input.truth.plan);
    }
  }

  async #writePlan(text: string): Promise<void> {
    const { town } = this.#input;
    await town.github.commitFiles({
      repository: 'acme/daw',
      by: 'lead',
      message: 'Change the plan',
      files: { [PLAN_PATH]: text },
    });
  }

  async #push(): Promise<string> {
    await this.race();
    return 'a person pushed to the base';
  }

  /** A push of somebody that has nothing to do with the plan. */
  async race(): Promise<void> {
    const { town } = this.#input;
    const files = { 'notes.md': `Note ${++this.#notes}\n` };
    await town.github.commitFiles({ repository: 'acme/daw', by: 'lead', message: 'Tidy up', files });
  }

  async #revert(): Promise<string> {
    const { truth, git, time, random } = this.#input;
    if (truth.landed.length === 0) return 'nobody reverted anything';
    const { commit, task } = random.pick('revert', truth.landed);
    const head = git.head();
    if (!(await git.isAncestor(commit, head))) return 'nobody reverted anything';
    const message = `Revert "${task}: work"\n\nThis reverts commit ${commit}.\n`;
    const made = await git.commitOn(head, { files: { [`work/${task}.md`]: 'reverted\n' }, message, by: 'lead' });
    truth.redone.set(task, time.now);
    await git.push('lead', [{ ref: BASE, from: head, to: made }]);
    return `a person reverted what ${task} had landed`;
  }

  async #forcePush(): Promise<string> {
    const { truth, git, time } = this.#input;
    const head = git.head();
    const [parent] = (await git.commit(head)).parents;
    if (parent === undefined) return 'nobody pushed by force';
    for (const { commit, task } of truth.landed) if (commit === head) truth.redone.set(task, time.now);
    await git.push('lead', [{ ref: BASE, from: head, to: parent }]);
    return 'a person pushed by force: the newest commit of the base is gone';
  }
}
