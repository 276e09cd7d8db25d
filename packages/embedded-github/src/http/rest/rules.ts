import { hasAccess, NEEDS, requireAccess } from '../../access/permissions.ts';
import { branchRuleBodies, rulesetBody, rulesetSummary } from '../../bodies/ruleset.ts';
import { readRef } from '../../git/refs.ts';
import { notFound } from '../../model/errors.ts';
import { rulesetsOf } from '../../rules/rulesets.ts';
import { type Answer, type Call, ok, param, repositoryOf, routes } from './call.ts';
import { listed } from './paging.ts';

export const ruleRoutes = routes({
  'GET /repos/{owner}/{repo}/rules/branches/{branch}': (call) => {
    const { repository } = readable(call);
    const rules = branchRuleBodies(
      repository,
      rulesetsOf(repository, param(call, 'branch')).filter(({ classic }) => !classic),
    );
    return listed(call, { all: rules, body: (rule) => rule });
  },
  'GET /repos/{owner}/{repo}/rulesets': (call) => {
    const view = readable(call);
    return listed(call, { all: view.repository.rulesets, body: (ruleset) => rulesetSummary(view, ruleset) });
  },
  'GET /repos/{owner}/{repo}/rulesets/{ruleset_id}': (call) => {
    const view = readable(call);
    const ruleset = view.repository.rulesets.find((each) => String(each.id) === param(call, 'ruleset_id'));
    if (!ruleset) throw notFound();
    const shown = hasAccess(call.viewer, { repository: view.repository, need: NEEDS.administer });
    return ok(rulesetBody(view, { ruleset, shown, store: call.world.store }));
  },
  'GET /repos/{owner}/{repo}/branches/{branch}/protection': readProtection,
  'GET /repos/{owner}/{repo}/actions/permissions/workflow': (call) => {
    const { repository } = readable(call);
    requireAccess(call.viewer, { repository, need: NEEDS.readAdministration });
    return ok({
      default_workflow_permissions: 'read',
      can_approve_pull_request_reviews: repository.settings.actionsMayPropose,
    });
  },
});

/** Rules are no secret: whoever sees the repository sees them. */
function readable(call: Call) {
  const repository = repositoryOf(call);
  requireAccess(call.viewer, { repository, need: NEEDS.metadata });
  return { at: call.world.addresses, repository, viewer: call.viewer };
}

/** Branches are protected by rulesets alone here, of which this older interface knows nothing. */
async function readProtection(call: Call): Promise<Answer> {
  const { repository } = readable(call);
  requireAccess(call.viewer, { repository, need: NEEDS.readAdministration });
  if (!(await readRef(repository, `refs/heads/${param(call, 'branch')}`))) throw notFound('Branch not found');
  throw notFound('Branch not protected');
}
