import { readFileSync } from 'node:fs';
import type { ActionsPolicy, RepositoryFacts } from '../../src/state/preflight/facts.ts';

const template = (name: string) => readFileSync(new URL(`../../templates/${name}`, import.meta.url), 'utf8');
export const NORMAL = template('agent-task.yml');
export const HARDENED = template('agent-task-hardened.yml');

/** Every action may be used. */
export const ALL: ActionsPolicy = {
  enabled: true,
  allowed: 'all',
  pinned: true,
  githubOwned: false,
  verified: false,
  patterns: [],
};

export const told = <T>(value: T) => ({ known: true, value }) as const;
export const untold = (permission: string) => ({ known: false, permission }) as const;

/** A repository that is set up as the guide says, read by somebody who is told everything. */
export function factsWith(given: Partial<RepositoryFacts> & { readonly text?: string } = {}): RepositoryFacts {
  const { text = NORMAL, ...rest } = given;
  return {
    viewer: { login: 'ada', kind: 'person', role: 'ADMIN' },
    owner: 'acme',
    url: 'https://github.com/acme/daw',
    isPrivate: true,
    isArchived: false,
    hasIssues: true,
    defaultBranch: 'main',
    base: { branch: 'main', exists: true },
    rules: [],
    maySquash: true,
    workflows: told([{ name: 'agent-task.yml', text }]),
    elsewhere: [],
    workflowState: told('active'),
    actions: told(ALL),
    workflowDefaults: told({ mayPropose: true, mayWrite: false }),
    environment: told({ reviewers: [], waitMinutes: 0, branches: ['main'] }),
    secrets: { environment: told(['ANTHROPIC_API_KEY']), repository: told([]), organization: told([]) },
    labels: [],
    granted: undefined,
    ...rest,
  };
}
