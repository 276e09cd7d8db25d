import type { IssueRecord } from '../../../packages/embedded-github/src/model/records.ts';
import { LABEL } from '../../../src/state/names.ts';
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

  async stray(issue: IssueRecord | undefined): Promise<string> {
    const { random, hands } = this.#input;
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

  #issue(number: number): IssueRecord | undefined {
    return this.#input.town.repository.issues.find((each) => each.number === number);
  }
}
