import * as z from 'zod';
import { graphql, parseAnswer } from '../graphql.ts';
import type { Client } from '../octokit.ts';

const answer = z.object({ viewer: z.object({ login: z.string() }) });

/** @returns Login of whoever a token belongs to: a person, or `<slug>[bot]`. */
export async function readViewer(client: Client): Promise<string> {
  const { data } = await graphql(client, { query: 'query Viewer { viewer { login } }', variables: {} });
  return parseAnswer(answer, data).viewer.login;
}
