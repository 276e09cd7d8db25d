import { bodyKey } from '../../decide/effects/body-currency.ts';
import type { Decision } from '../../decide/effects/effect.ts';
import type { NotifyTarget } from '../../plan/notify-fields.ts';
import type { Project } from '../../plan/project.ts';
import type { Notice } from '../../state/notice.ts';
import type { Snapshot } from '../../state/snapshot.ts';
import type { EffectOutcomes } from './executor.ts';

/** What a host is to send, and of what it tells. */
export interface Outgoing {
  readonly targets: readonly NotifyTarget[];
  readonly notices: readonly Notice[];
  readonly plan: {
    readonly id: string;
    readonly name: string;
    readonly issue: number;
  };
  readonly repository: {
    /** `owner/name`. */
    readonly name: string;
    /** Address for people, without a trailing slash. */
    readonly url: string;
  };
}

interface Passed {
  readonly decision: Decision;
  readonly outcomes: EffectOutcomes;
  readonly project: Pick<Project, 'plan' | 'config'>;
  readonly snapshot: Pick<Snapshot, 'repository'>;
}

/** @returns Undefined where nobody is to be told, or the plan's record does not say yet what is to be sent. */
export function outgoingAfter({ decision, outcomes, project, snapshot }: Passed): Outgoing | undefined {
  const { outbox, planIssue } = decision;
  if (outbox === undefined || planIssue === undefined) return undefined;
  const written = outcomes.get(bodyKey(planIssue));
  if (written !== undefined && written.kind !== 'applied') return undefined;
  const { owner, name, url } = snapshot.repository;
  return {
    targets: project.config.notify,
    notices: outbox,
    plan: { id: project.plan.id, name: project.plan.name, issue: planIssue },
    repository: { name: `${owner}/${name}`, url },
  };
}
