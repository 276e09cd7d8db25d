/** Why the server cannot start: one sentence for the person who started it. */
export class StartProblem extends Error {}

/** Seconds between tries to reach GitHub at the start. */
const PAUSES_S = [1, 2, 4, 8, 15];

export interface StartOptions {
  readonly baseUrl: string | undefined;
  readonly appId: string;
  readonly sleep: (milliseconds: number) => Promise<void>;
  readonly say: (what: string) => void;
}

/**
 * The first question to GitHub. Where it is not reached, or fails, it is asked again a few times.
 * @throws StartProblem with what to change.
 */
export async function reachGitHub<Answer>(
  ask: () => Promise<Answer>,
  { baseUrl = 'https://api.github.com', appId, sleep, say }: StartOptions,
): Promise<Answer> {
  for (let tries = 0; ; tries++) {
    try {
      return await ask();
    } catch (error) {
      const status = statusOf(error);
      if (status === 401)
        throw new StartProblem(
          `GitHub does not take PRIVATE_KEY for the app ${appId}: compare both with the settings page of the app, and this machine's clock with the time`,
          { cause: error },
        );
      if (status === 404)
        throw new StartProblem(`GitHub knows no app ${appId} at ${baseUrl}: compare APP_ID with its settings page`, {
          cause: error,
        });
      const pause = PAUSES_S[tries];
      const why = error instanceof Error ? error.message : String(error);
      if (pause === undefined || (status !== undefined && status < 500 && status !== 429))
        throw new StartProblem(
          `GitHub cannot be asked at ${baseUrl} (${oneLine(why)}): look at the network of this machine, and at GITHUB_API_URL`,
          { cause: error },
        );
      say(`GitHub cannot be asked at ${baseUrl} (${oneLine(why)}); asked again in ${pause} s`);
      await sleep(pause * 1_000);
    }
  }
}

function statusOf(error: unknown): number | undefined {
  return error instanceof Error && 'status' in error && typeof error.status === 'number' && !isUnreached(error)
    ? error.status
    : undefined;
}

/** Octokit gives 500 to what never reached a server. */
function isUnreached(error: Error): boolean {
  return !('response' in error) || error.response === undefined;
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').slice(0, 200);
}
