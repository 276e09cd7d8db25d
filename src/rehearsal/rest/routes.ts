import type { Route } from '../call.ts';
import { actionsRoutes } from './actions.ts';
import { appRoutes } from './apps.ts';
import { checkRoutes } from './checks.ts';
import { commentRoutes } from './comments.ts';
import { contentRoutes } from './contents.ts';
import { gitRoutes } from './git.ts';
import { issueRoutes } from './issues.ts';
import { labelRoutes } from './labels.ts';
import { repositoryRoutes } from './repositories.ts';

/** Every REST route; of two that match, the earlier one answers. */
export const REST_ROUTES: readonly Route[] = [
  ...repositoryRoutes,
  ...appRoutes,
  ...checkRoutes,
  ...contentRoutes,
  ...gitRoutes,
  ...commentRoutes,
  ...labelRoutes,
  ...issueRoutes,
  ...actionsRoutes,
];
