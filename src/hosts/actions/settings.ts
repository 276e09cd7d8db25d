import { readFileSync } from 'node:fs';
import * as z from 'zod';
import type { Locator } from '../../github/locator.ts';
import { type NotifySettings, readNotifySettings } from '../notify/notify-settings.ts';

/** What a job that makes passes was given. */
export interface PassSettings {
  readonly locator: Locator;
  readonly apiUrl: string;
  readonly token: string;
  readonly run: number;
  readonly attempt: number;
  readonly event: string;
  readonly payload: unknown;
  /** Of the jobs before this one, where it is one of a task run: JSON. */
  readonly results: string;
  /** Where people are told of what happens to the plan: secrets of the repository, given to the job. */
  readonly notify?: NotifySettings;
  /** Every wait is divided by this; 1 but in a rehearsal. */
  readonly timeScale: number;
}

const environment = z.object({
  GITHUB_REPOSITORY: z.string().regex(/^[\w.-]+\/[\w.-]+$/),
  GITHUB_API_URL: z.url(),
  GITHUB_RUN_ID: z.coerce.number().int().positive(),
  GITHUB_RUN_ATTEMPT: z.coerce.number().int().positive(),
  GITHUB_EVENT_NAME: z.string().min(1),
  GITHUB_EVENT_PATH: z.string().min(1),
  INPUT_TOKEN: z.string().min(1, { error: 'the input token is empty' }),
  INPUT_RESULTS: z.string().default(''),
  AGENT_WAVES_TIME_SCALE: z.coerce.number().min(1).default(1),
});

/** @throws with every variable that is not as a runner sets it. */
export function readPassSettings(variables: Readonly<Record<string, string | undefined>>): PassSettings {
  const read = environment.safeParse(variables);
  if (!read.success) throw new Error(`this is no job of a workflow: ${z.prettifyError(read.error)}`);
  const notify = readNotifySettings(variables);
  if (!notify.ok) throw new Error(notify.problems.join('; '));
  const given = read.data;
  const [owner = '', repo = ''] = given.GITHUB_REPOSITORY.split('/');
  return {
    locator: { owner, repo },
    apiUrl: given.GITHUB_API_URL,
    token: given.INPUT_TOKEN,
    run: given.GITHUB_RUN_ID,
    attempt: given.GITHUB_RUN_ATTEMPT,
    event: given.GITHUB_EVENT_NAME,
    payload: JSON.parse(readFileSync(given.GITHUB_EVENT_PATH, 'utf8')),
    results: given.INPUT_RESULTS,
    notify: notify.settings,
    timeScale: given.AGENT_WAVES_TIME_SCALE,
  };
}
