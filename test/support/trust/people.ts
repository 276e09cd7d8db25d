import fc from 'fast-check';
import { ACTIONS_LOGIN, LABEL } from '../../../src/state/names.ts';
import type { IssueView } from '../../../src/state/snapshot.ts';
import { resultText } from '../adversary.ts';
import { TRIAGER, WRITER } from '../pure-world.ts';
import type { WatchedWorld } from './watched-world.ts';

/** What people, triagers and other workflows do to issues and base. Numbers pick among what there is at that moment. */
export type PersonAct =
  | { readonly act: 'retitle'; readonly pick: number; readonly how: 'emptied' | 'replaced'; readonly by: string }
  | { readonly act: 'strip-labels'; readonly pick: number; readonly by: string }
  | { readonly act: 'copy'; readonly pick: number; readonly body: 'copied' | 'replaced' }
  | { readonly act: 'paste'; readonly pick: number; readonly from: number }
  | { readonly act: 'order'; readonly pick: number; readonly command: string }
  | TriageAct
  | WorkflowAct
  | { readonly act: 'revert' | 'force-push'; readonly pick: number };

type TriageAct = {
  readonly act: 'triage';
  readonly pick: number;
  readonly how: 'complete' | 'drop' | 'reopen' | 'start' | 'pause' | 'strip' | 'plant-plan' | 'plant-task' | 'forge';
};

type WorkflowAct = {
  readonly act: 'workflow';
  readonly pick: number;
  readonly how: 'forge' | 'forge-with-commit' | 'complete' | 'drop' | 'reopen' | 'start';
};

const pick = fc.nat(1_000);

export const triageAct: fc.Arbitrary<TriageAct> = fc.record({
  act: fc.constant('triage' as const),
  pick,
  how: fc.constantFrom(
    'complete',
    'complete',
    'drop',
    'reopen',
    'reopen',
    'start',
    'pause',
    'strip',
    'plant-plan',
    'plant-task',
    'forge',
  ),
});

export const workflowAct: fc.Arbitrary<WorkflowAct> = fc.record({
  act: fc.constant('workflow' as const),
  pick,
  how: fc.constantFrom('forge', 'forge', 'forge-with-commit', 'complete', 'drop', 'reopen', 'start'),
});

/** Edits that change nothing about what is to be done. */
export const editAct: fc.Arbitrary<PersonAct> = fc.oneof(
  fc.record({
    act: fc.constant('retitle' as const),
    pick,
    how: fc.constantFrom('emptied', 'replaced'),
    by: fc.constantFrom(WRITER, WRITER, ACTIONS_LOGIN),
  }),
  fc.record({ act: fc.constant('strip-labels' as const), pick, by: fc.constantFrom(WRITER, TRIAGER, ACTIONS_LOGIN) }),
  fc.record({ act: fc.constant('copy' as const), pick, body: fc.constantFrom('copied', 'replaced') }),
  fc.record({ act: fc.constant('paste' as const), pick, from: pick }),
) as fc.Arbitrary<PersonAct>;

export const baseAct: fc.Arbitrary<PersonAct> = fc.record({
  act: fc.constantFrom('revert', 'revert', 'force-push'),
  pick,
});

export const order: fc.Arbitrary<PersonAct> = fc.record({
  act: fc.constant('order' as const),
  pick,
  command: fc.constantFrom(
    'skip',
    'cancel',
    'accept',
    'priority 3',
    'tell mind the tests',
    'retry',
    'close',
    'close-group',
    'reopen',
  ),
});

function chosen<T>(from: readonly T[], nth: number): T | undefined {
  return from[nth % Math.max(1, from.length)];
}

export function performPerson(world: WatchedWorld, act: PersonAct): void {
  world.tick();
  // Only issues that the app made are picked, so that planted ones change no other choice.
  const issues = [...world.issues.values()].filter(
    ({ author, closedAs }) => author !== TRIAGER && closedAs !== 'duplicate',
  );
  const isTask = ({ title, labels }: IssueView) => labels.includes(LABEL.task) || /^T-\d+:/.test(title);
  switch (act.act) {
    case 'retitle': {
      const issue = chosen(issues.filter(isTask), act.pick);
      if (!issue) return;
      const [title, body] =
        act.how === 'emptied' ? ['Something else', ''] : [`Better: ${issue.title}`, 'My own words.'];
      world.rewrite(issue.number, { title, body, by: act.by });
      world.recallHeard();
      return;
    }
    case 'strip-labels': {
      const issue = chosen(issues, act.pick);
      for (const label of issue?.labels ?? []) {
        if (issue && label.startsWith('agent-waves:')) world.unlabel(issue.number, label, act.by);
      }
      return;
    }
    case 'copy': {
      // As GitHub's button for that does.
      const issue = chosen(issues, act.pick);
      if (!issue) return;
      const { title, labels, body } = issue;
      world.open({ title, labels, body: act.body === 'copied' ? body : 'My own.', parent: undefined, by: WRITER });
      return;
    }
    case 'paste': {
      const [issue, from] = [chosen(issues, act.pick), chosen(issues, act.from)];
      if (issue && from) world.editBody(issue.number, from.body, WRITER);
      world.recallHeard();
      return;
    }
    case 'order':
      giveOrder(
        world,
        act.command,
        chosen(act.command === 'close-group' ? issues.filter((one) => !isTask(one)) : issues.filter(isTask), act.pick),
      );
      return;
    case 'triage':
      triage(world, act.how, chosen(issues, act.pick));
      return;
    case 'workflow':
      workflow(world, act.how, act.pick, issues);
      return;
    case 'revert': {
      const commit = chosen(
        world.base.filter(({ oid, message }) => message !== 'Begin' && world.mayRevert(oid)),
        act.pick,
      );
      if (commit) world.revert(commit.oid);
      return;
    }
    case 'force-push': {
      const lost = chosen(world.base.slice(0, -1), act.pick);
      if (lost) world.forcePush(({ oid }) => oid !== lost.oid);
      return;
    }
  }
}

function giveOrder(world: WatchedWorld, command: string, issue: IssueView | undefined): void {
  if (!issue) return;
  if (command === 'close' || command === 'close-group') {
    if (issue.open) world.close(issue.number, 'not_planned');
  } else if (command === 'reopen') {
    if (!issue.open) world.reopen(issue.number);
  } else world.comment(issue.number, WRITER, `/${command}`);
}

function triage(world: WatchedWorld, how: TriageAct['how'], issue: IssueView | undefined): void {
  if (!issue) return;
  const { number, open, body } = issue;
  if (how === 'complete' || how === 'drop') {
    if (open) world.close(number, how === 'complete' ? 'completed' : 'not_planned', TRIAGER);
  } else if (how === 'reopen') {
    if (!open) world.reopen(number, TRIAGER);
  } else if (how === 'start') world.label(number, LABEL.start, TRIAGER);
  else if (how === 'pause') world.label(number, LABEL.pause, TRIAGER);
  else if (how === 'strip') for (const label of issue.labels) world.unlabel(number, label, TRIAGER);
  else if (how === 'forge') {
    const run = [...world.runs.values()].find(({ inputs }) => inputs.issue === number);
    if (run) world.comment(number, TRIAGER, resultText(run, 'completed'));
  } else {
    const label = how === 'plant-plan' ? LABEL.plan : LABEL.task;
    world.open({ title: issue.title, body, labels: [label], parent: undefined, by: TRIAGER });
  }
}

/** Another workflow of the repository: it has the name that runs of tasks have, and rights to issues. */
function workflow(world: WatchedWorld, how: WorkflowAct['how'], nth: number, issues: readonly IssueView[]): void {
  const run = chosen(
    [...world.runs.values()].filter(({ ended }) => !ended),
    nth,
  );
  if (how === 'forge' && run)
    world.comment(run.inputs.issue, ACTIONS_LOGIN, withoutCommit(resultText(run, 'completed')));
  // It names a commit that is there, and is another one's.
  if (how === 'forge-with-commit' && run)
    world.comment(
      run.inputs.issue,
      ACTIONS_LOGIN,
      resultText(run, 'completed').replace('c'.repeat(40), world.commit()),
    );
  const issue = chosen(issues, nth);
  if (!issue) return;
  if ((how === 'complete' || how === 'drop') && issue.open)
    world.close(issue.number, how === 'complete' ? 'completed' : 'not_planned', ACTIONS_LOGIN);
  if (how === 'reopen' && !issue.open) world.reopen(issue.number, ACTIONS_LOGIN);
  if (how === 'start') world.label(issue.number, LABEL.start, ACTIONS_LOGIN);
}

function withoutCommit(text: string): string {
  return text.replace(/ "commit": "[^"]*",\n/, '');
}
