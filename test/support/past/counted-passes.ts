import { type DocumentNode, type FragmentDefinitionNode, Kind, parse, type SelectionSetNode } from 'graphql';
import { appOctokit, type Town } from '../../../packages/embedded-github/test/support/town.ts';
import { type Memory, newMemory } from '../../../src/github/memory.ts';
import { createClient } from '../../../src/github/octokit.ts';
import { type Reading, read } from '../../../src/github/read/read.ts';
import { type Pass, reconcile } from '../../../src/reconcile.ts';
import { TIMINGS } from '../../../src/state/timings.ts';

/** What passes asked of GitHub. */
export interface Asked {
  /** Requests of every kind. */
  readonly requests: number;
  /** What GitHub takes for the GraphQL requests among them, by the formula of its documentation. */
  readonly points: number;
  /** Issues in the answers. */
  readonly issues: number;
}

type Octokit = ReturnType<typeof appOctokit>;

/** Passes of the app whose requests are counted. @param now GitHub's clock (epoch ms). */
export function countedPasses(town: Town, now: () => number) {
  let asked: Asked = NOTHING;
  let memory = newMemory();
  const count = async () => {
    const { data } = await appOctokit(town).request('POST /app/installations/{installation_id}/access_tokens', {
      installation_id: town.installationId,
    });
    const client = createClient({ token: data.token, baseUrl: town.github.apiUrl, isQuiet: true }) as Octokit;
    client.hook.after('request', (answer, { query }) => {
      asked = {
        requests: asked.requests + 1,
        points: asked.points + (typeof query === 'string' ? pointsOf(query) : 0),
        issues: asked.issues + issuesIn(answer.data),
      };
    });
    return client;
  };
  const given = async (from: Memory) => ({
    client: await count(),
    ...{ locator: { owner: 'acme', repo: 'daw' }, app: 'waves[bot]', memory: from, timings: TIMINGS },
  });
  const pass = async (from: Memory = memory): Promise<Pass> => {
    const made = await reconcile({ ...(await given(from)), clock: now });
    memory = made.memory;
    return made;
  };
  return {
    pass,
    remembered: () => memory,
    /** What the next pass would decide on. */
    reading: async (): Promise<Reading> => read(await given(memory)),
    /** What this work asks for. */
    askedBy: async (work: () => Promise<unknown>): Promise<Asked> => {
      asked = NOTHING;
      await work();
      return asked;
    },
  };
}

const NOTHING: Asked = { requests: 0, points: 0, issues: 0 };

/** Of everything in an answer what has the fields that are asked of an issue. */
function issuesIn(data: unknown): number {
  if (typeof data !== 'object' || data === null) return 0;
  const within = Object.values(data).reduce((sum: number, value) => sum + issuesIn(value), 0);
  return within + ('labelChanges' in data ? 1 : 0);
}

/**
 * The requests that each connection takes, added up, divided by 100
 * (https://docs.github.com/en/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api#predicting-the-point-value-of-a-query).
 */
function pointsOf(query: string): number {
  const document = parse(query);
  const requests = document.definitions.reduce(
    (sum, each) =>
      each.kind === Kind.OPERATION_DEFINITION ? sum + connectionsIn(each.selectionSet, { document, times: 1 }) : sum,
    0,
  );
  return Math.max(1, Math.round(requests / 100));
}

function connectionsIn(
  { selections }: SelectionSetNode,
  { document, times }: { readonly document: DocumentNode; readonly times: number },
): number {
  return selections.reduce((sum, selection) => {
    if (selection.kind === Kind.FRAGMENT_SPREAD) {
      const fragment = document.definitions.find(
        (each): each is FragmentDefinitionNode =>
          each.kind === Kind.FRAGMENT_DEFINITION && each.name.value === selection.name.value,
      );
      return sum + (fragment ? connectionsIn(fragment.selectionSet, { document, times }) : 0);
    }
    const within = selection.selectionSet;
    if (selection.kind === Kind.INLINE_FRAGMENT || !within)
      return sum + (within ? connectionsIn(within, { document, times }) : 0);
    const size = selection.arguments?.find(({ name }) => ['first', 'last'].includes(name.value))?.value;
    if (size?.kind !== Kind.INT) return sum + connectionsIn(within, { document, times });
    return sum + times + connectionsIn(within, { document, times: times * Number(size.value) });
  }, 0);
}
