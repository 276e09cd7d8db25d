import { withFacts } from '../../github/read/preflight/with-facts.ts';
import { loadProject } from '../../plan/load-project.ts';
import type { FileProblem } from '../../plan/plan.ts';
import type { PlanChange } from '../../plan/plan-change.ts';
import type { RepositoryFiles } from '../../plan/repository-plan.ts';
import { planDiff } from '../../planning/diff/plan-diff.ts';
import { type PushPreview, pushPreview } from '../../planning/diff/push-preview.ts';
import { rollOut } from '../../planning/diff/roll-out.ts';
import { newDerivations } from '../../state/derivations.ts';
import { instant, type Snapshot } from '../../state/snapshot.ts';
import type { GitHubAccess } from '../init/github-facts.ts';
import { observe } from '../observe/observe.ts';

/** What a push of plan and configuration would come to. */
export interface PreviewedPush {
  /** `owner/name`. */
  readonly repository: string;
  readonly defaultBranch: string;
  /** When GitHub was asked. */
  readonly at: string;
  readonly preview: PushPreview;
  /** What the plan comes to before and after. */
  readonly change: PlanChange;
}

export type Previewed =
  | { readonly ok: true; readonly push: PreviewedPush }
  | { readonly ok: false; readonly problems: readonly FileProblem[] }
  /** The repository holds no plan: GitHub shows nothing to compare with. */
  | { readonly ok: undefined };

/**
 * Reads the repository as a pass reads it, and decides twice: as its files are, and with these in their place. What passes
 * would do in the second case alone is what the push would do. Writes nothing.
 */
export async function previewPush(access: GitHubAccess, files: RepositoryFiles): Promise<Previewed> {
  const { plan } = await observe(access);
  if (!plan) return { ok: undefined };
  const loaded = loadProject(files, plan.loaded);
  if (!loaded.ok) return { ok: false, problems: loaded.problems };
  const pushed = await withFacts(withFiles(plan.snapshot, files), { ...access, loaded, derivations: newDerivations() });
  const { facts } = pushed;
  const seen = facts ? { ...plan.snapshot, facts } : plan.snapshot;
  const { owner, name, defaultBranch } = plan.snapshot.repository;
  return {
    ok: true,
    push: {
      repository: `${owner}/${name}`,
      defaultBranch,
      at: instant(plan.snapshot.now),
      preview: pushPreview(rollOut(seen, plan.project), rollOut(pushed, loaded.project)),
      change: planDiff({ before: plan.loaded.ok ? plan.project : undefined, after: loaded.project }),
    },
  };
}

function withFiles(snapshot: Snapshot, files: RepositoryFiles): Snapshot {
  const { plan, config, otherConfig } = files;
  return { ...snapshot, files: { plan, config, otherConfig, progress: snapshot.files.progress } };
}
