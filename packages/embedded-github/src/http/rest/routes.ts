import { actionsRoutes } from './actions.ts';
import { appRoutes } from './apps.ts';
import { blobRoutes } from './blobs.ts';
import type { Route } from './call.ts';
import { checkRoutes } from './checks.ts';
import { commentRoutes } from './comments.ts';
import { commitRoutes } from './commits.ts';
import { contentRoutes } from './contents.ts';
import { gitRoutes } from './git.ts';
import { issueRoutes } from './issues.ts';
import { labelRoutes } from './labels.ts';
import { mergeRoutes } from './merges.ts';
import { pullRoutes } from './pulls.ts';
import { rateLimitRoutes } from './rate-limit.ts';
import { repositoryRoutes } from './repositories.ts';
import { reviewRoutes } from './reviews.ts';
import { ruleRoutes } from './rules.ts';
import { settingRoutes } from './settings.ts';
import { statusRoutes } from './statuses.ts';
import { treeRoutes } from './trees.ts';

/** Every REST route; of two that match, the earlier one answers. */
export const REST_ROUTES: readonly Route[] = [
  ...repositoryRoutes,
  ...appRoutes,
  // Before those whose last parameter may hold slashes: `…/branches/{branch}` and `…/commits/{ref}`.
  ...ruleRoutes,
  ...settingRoutes,
  ...checkRoutes,
  ...statusRoutes,
  ...pullRoutes,
  ...reviewRoutes,
  ...contentRoutes,
  ...commitRoutes,
  ...gitRoutes,
  ...mergeRoutes,
  ...commentRoutes,
  ...labelRoutes,
  ...issueRoutes,
  ...actionsRoutes,
  ...treeRoutes,
  ...blobRoutes,
  ...rateLimitRoutes,
];
