import type { IssueRecord } from '../../../packages/embedded-github/src/model/records.ts';
import { dispatchTitle, LABEL } from '../../../src/state/names.ts';
import { readTaskRecord } from '../../../src/state/record.ts';
import { writeResult } from '../../../src/state/write-result.ts';
import type { ActorInput } from './actor-input.ts';

/** Those who may not write, or write under a name that is not theirs: nothing of it moves the plan. */
export class Outsiders {
  /** Of another workflow of the repository. */
  forgerToken: string | undefined;
  readonly #input: ActorInput;

  constructor(input: ActorInput) {
    this.#input = input;
  }

  /** Who may sort issues and nothing else: nothing of it moves the plan. */
  async triage(issue: IssueRecord | undefined): Promise<string> {
    const { random, hands } = this.#input;
    if (!issue) return 'the triager found nothing to do';
    const { number } = issue;
    const how = random.pick('triage', ['close', 'start', 'pause', 'say', 'unlabel', 'take off'] as const);
    if (how === 'close')
      await hands.edit(
        number,
        { state: 'closed', state_reason: random.pick('triage', ['completed', 'not_planned']) },
        'tess',
      );
    if (how === 'start' || how === 'pause') await hands.label(number, LABEL[how], 'tess');
    if (how === 'take off') return this.#takeOff(random.pick('triage', [LABEL.start, LABEL.pause]));
    if (how === 'say') await hands.say(number, '/skip', 'tess');
    if (how === 'unlabel') await hands.unlabel(number, LABEL.task, 'tess');
    return `the triager, who may not write: ${how} on #${number}`;
  }

  /** What people steer by, wherever it is set. */
  async #takeOff(label: string): Promise<string> {
    const { hands, town } = this.#input;
    const issue = town.repository.issues.find(({ labels }) => [...labels].some(({ name }) => name === label));
    if (!issue) return `the triager found no ${label}`;
    await hands.unlabel(issue.number, label, 'tess');
    return `the triager, who may not write, took ${label} off #${issue.number}`;
  }

  async stray(issue: IssueRecord | undefined): Promise<string> {
    const { random, hands } = this.#input;
    const text = random.pick('stray', ['/skip', '/start', '/retry', 'Any news?', '/cancel']);
    if (issue) await hands.say(issue.number, text, 'eve');
    return `a stranger said ${text} on #${issue?.number}`;
  }

  /** Another workflow of the repository acts under the same name as runs do. */
  async forge(): Promise<string> {
    const { truth, random, time, town } = this.#input;
    const made = truth.plan.tasks.flatMap(({ id }) => {
      const issue = this.#issue(truth.issues.get(id)?.[0]);
      const record = issue && readTaskRecord(issue.body ?? '');
      return issue && record ? [{ task: record.task, issue, record }] : [];
    });
    // A result is believed of what runs, if of anything.
    const running = made.filter(({ record }) => record.live !== undefined);
    if (made.length === 0 || this.forgerToken === undefined) return 'nobody forged anything';
    const { task, issue, record } = random.pick('forge', running.length > 0 ? running : made);
    if (random.chance('forge', 0.3) && issue.state === 'open' && !truth.isDone(task)) {
      await this.#ask('PATCH', `issues/${issue.number}`, { state: 'closed', state_reason: 'completed' });
      truth.forged.add(`${issue.number} ${time.now}`);
      return `another workflow closed #${issue.number} as completed`;
    }
    const { attempt, slice, dispatch } = record;
    const inputs = { task, issue: issue.number, attempt, slice, dispatch };
    // The record may not name its run yet. Everybody can see which one it is.
    const title = dispatchTitle(inputs);
    const run = town.repository.runs.findLast(({ displayTitle }) => displayTitle === title)?.id ?? 4_711;
    const of = { ...inputs, run };
    const body = writeResult({
      ...of,
      outcome: 'completed',
      commit: this.#input.git.head(),
      checks: [{ name: 'test', status: 'passed' }],
      summary: 'Done.',
      agent: { type: 'a', model: 'm' },
    });
    await this.#ask('POST', `issues/${issue.number}/comments`, { body });
    return `another workflow made up that ${task} was completed`;
  }

  async #ask(method: string, path: string, body: object): Promise<void> {
    const { github } = this.#input.town;
    const headers = { authorization: `token ${this.forgerToken}`, 'content-type': 'application/json' };
    await github.fetch(`${github.apiUrl}/repos/acme/daw/${path}`, { method, headers, body: JSON.stringify(body) });
  }

  #issue(number: number | undefined): IssueRecord | undefined {
    return this.#input.town.repository.issues.find((each) => each.number === number);
  }
}
