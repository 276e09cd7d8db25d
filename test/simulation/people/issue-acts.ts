import type { IssueRecord } from '../../../packages/embedded-github/src/model/records.ts';
import { LABEL, TASK_WORKFLOW } from '../../../src/state/names.ts';
import { readTaskRecord } from '../../../src/state/record.ts';
import type { ActorInput } from './actor-input.ts';

/** A command of a person that has to be answered. */
export interface Said {
  readonly issue: number;
  readonly comment: number;
  readonly text: string;
}

/** What a person who may write does to issues. */
export class IssueActs {
  readonly said: Said[] = [];
  /** Text that somebody put into a body, and that has to stay there. */
  readonly notes: { readonly issue: number; readonly text: string }[] = [];
  readonly #input: ActorInput;
  #notes = 0;

  constructor(input: ActorInput) {
    this.#input = input;
  }

  async command({ number }: IssueRecord, said?: string): Promise<string> {
    const { random, hands, truth, time } = this.#input;
    const drawn = random.pick('command', [
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
    const text = said ?? drawn;
    const comment = await hands.say(number, text);
    this.said.push({ issue: number, comment, text });
    const task = truth.taskOf(number);
    const tasks = task === undefined ? truth.plan.tasks.map(({ id }) => id as string) : [task];
    const [word] = text.split(' ');
    const hasLanded = (each: string) => truth.landed.some((landed) => landed.task === each);
    for (const each of tasks) {
      // Whether it does something depends on what a pass has read: a no counts where nothing else can be meant.
      if (word === '/retry' || word === '/start') truth.yes(each, time.now);
      // It speaks of what is lost, on a wave or plan as on a task.
      if (word === '/accept' && hasLanded(each)) truth.waived.set(each, time.now);
    }
    // On a wave or plan it leaves nothing out.
    if (task !== undefined && word === '/skip') {
      truth.waived.set(task, time.now);
      if (!hasLanded(task)) truth.no(task, time.now);
    }
    return `a person said ${text} on #${number}`;
  }

  /** A task, or a wave or plan with all that is in it. */
  async close({ number, state, labels }: IssueRecord): Promise<string> {
    const { random, hands, truth, time } = this.#input;
    const reason = random.pick('close', ['completed', 'not_planned']);
    const task = truth.taskOf(number);
    if (state === 'closed') return 'nobody closed anything';
    if ([...labels].some(({ name }) => name === LABEL.wave || name === LABEL.plan)) {
      await hands.edit(number, { state: 'closed', state_reason: 'not_planned' });
      return `a person closed #${number}, which others are part of, as not_planned`;
    }
    if (task === undefined) return 'nobody closed anything';
    await hands.edit(number, { state: 'closed', state_reason: reason });
    if (reason === 'completed') truth.waived.set(task, time.now);
    truth.no(task, time.now);
    return `a person closed #${number} as ${reason}`;
  }

  /** Says no by closing, whatever runs. */
  async refuse(number: number): Promise<string> {
    const { hands, truth, time, town } = this.#input;
    const task = truth.taskOf(number);
    const isOpen = town.repository.issues.some((each) => each.number === number && each.state === 'open');
    if (task === undefined || !isOpen) return 'nobody closed anything';
    await hands.edit(number, { state: 'closed', state_reason: 'not_planned' });
    truth.no(task, time.now);
    return `a person closed #${number} as not_planned while its run verified`;
  }

  /** Title and body at once: nothing on the issue says any more whose it is. */
  async makeOver({ number }: IssueRecord): Promise<string> {
    const kept = this.notes.filter(({ issue }) => issue === number).map(({ text }) => text);
    const title = `Something else entirely (${++this.#notes})`;
    await this.#input.hands.edit(number, { title, body: kept.join('\n\n') });
    return `a person gave #${number} another title and emptied its body`;
  }

  /** The label that starts, wherever it may do nothing. */
  async start({ number }: IssueRecord): Promise<string> {
    const { hands, truth, time } = this.#input;
    await hands.label(number, LABEL.start);
    const task = truth.taskOf(number);
    for (const each of task === undefined ? truth.plan.tasks.map(({ id }) => id as string) : [task])
      truth.yes(each, time.now);
    return `a person set ${LABEL.start} on #${number}`;
  }

  /** Runs the workflow of tasks by hand: as the newest dispatch, an older one, or one that was never sent. */
  async runByHand({ number, body }: IssueRecord): Promise<string> {
    const { random, hands } = this.#input;
    const record = readTaskRecord(body ?? '');
    if (!record) return 'nobody ran anything by hand';
    const { task, attempt, slice } = record;
    const dispatch = record.dispatch + random.between('by hand', -1, 1);
    if (dispatch < 1) return 'nobody ran anything by hand';
    const inputs = { task, issue: number, attempt, slice, dispatch };
    const texts = Object.fromEntries(Object.entries(inputs).map(([name, value]) => [name, String(value)]));
    await hands.ask('lead', 'POST', `actions/workflows/${TASK_WORKFLOW}/dispatches`, { ref: 'main', inputs: texts });
    return `a person ran d${dispatch} of ${task} by hand`;
  }

  async reopen({ number, state }: IssueRecord): Promise<string> {
    const { hands, truth, time } = this.#input;
    if (state === 'open') return 'nobody opened anything';
    await hands.edit(number, { state: 'open' });
    const task = truth.taskOf(number);
    for (const each of task === undefined ? truth.plan.tasks.map(({ id }) => id as string) : [task])
      truth.yes(each, time.now);
    return `a person opened #${number} again`;
  }

  async note({ number, body }: IssueRecord): Promise<string> {
    const text = `A note of mine, number ${++this.#notes}.`;
    await this.#input.hands.edit(number, { body: `${text}\n\n${body ?? ''}` });
    this.notes.push({ issue: number, text });
    return `a person wrote a note into #${number}`;
  }

  async breakBody({ number, body }: IssueRecord): Promise<string> {
    const { random, hands } = this.#input;
    const kept = this.notes.filter(({ issue }) => issue === number).map(({ text }) => text);
    const how = random.pick('break', ['emptied', 'cut in half', 'overwritten'] as const);
    const half = (body ?? '').slice(0, Math.floor((body ?? '').length / 2));
    const text = how === 'emptied' ? '' : how === 'overwritten' ? 'All of this is wrong.' : half;
    await hands.edit(number, { body: [...kept, text].join('\n\n') });
    return `a person left the body of #${number} ${how}`;
  }

  async retitle({ number }: IssueRecord): Promise<string> {
    await this.#input.hands.edit(number, { title: `What we call it now (${++this.#notes})` });
    return `a person gave #${number} another title`;
  }

  async pause(): Promise<string> {
    const { random, hands, town } = this.#input;
    const plan = town.repository.issues.find(({ labels }) => [...labels].some(({ name }) => name === LABEL.plan));
    if (!plan) return 'nobody paused anything';
    const on = random.chance('pause', 0.4);
    await (on ? hands.label(plan.number, LABEL.pause) : hands.unlabel(plan.number, LABEL.pause));
    return on ? 'a person set agent:pause on the plan' : 'a person took agent:pause off the plan';
  }
}
