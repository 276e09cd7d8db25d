import { type Need, requireAccess, requireVisible } from '../../access/permissions.ts';
import { notFound, unprocessable } from '../../model/errors.ts';
import type { IssueRecord, RepositoryRecord, Viewer } from '../../model/records.ts';
import { findIssue } from '../../model/store.ts';
import type { Platform } from '../../platform.ts';

/** One REST request, authenticated, with its body parsed. */
export interface Call {
  readonly world: Platform;
  readonly viewer: Viewer;
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly body: Readonly<Record<string, unknown>>;
  readonly url: URL;
  readonly token: string;
  /** `2022-11-28` unless the client asks for another one. */
  readonly apiVersion: string;
  /** The media types that the client asks for; empty: whatever there is. */
  readonly accept: string;
}

export interface Answer {
  readonly status: number;
  /** JSON, or bytes as they are; left out for 204. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

type Handler = (call: Call) => Answer | Promise<Answer>;

export interface Route {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  /** As GitHub's description spells it: `/repos/{owner}/{repo}/git/ref/{ref}`. */
  readonly path: string;
  readonly handler: Handler;
}

/** A request of whoever knows the path: nobody has to say who asks. */
export type OpenCall = Omit<Call, 'viewer'>;

/** A route that needs no token. */
export interface OpenRoute extends Omit<Route, 'handler'> {
  readonly handler: (call: OpenCall) => Answer | Promise<Answer>;
}

/** Routes of one area from `'GET /path': handler`. */
export function routes(table: Readonly<Record<string, Handler>>): readonly Route[] {
  return Object.entries(table).map(([key, handler]) => {
    const [method = '', path = ''] = key.split(' ');
    if (!isMethod(method)) throw new Error(`The route "${key}" must begin with an HTTP method.`);
    return { method, path, handler };
  });
}

function isMethod(method: string): method is Route['method'] {
  return ['GET', 'POST', 'PATCH', 'PUT', 'DELETE'].includes(method);
}

export function ok(body: unknown): Answer {
  return { status: 200, body };
}

/**
 * The bytes of a file where they are asked for as such.
 * (https://docs.github.com/en/rest/using-the-rest-api/getting-started-with-the-rest-api#media-types)
 */
export function rawAnswer({ accept }: Call, content: Buffer): Answer | undefined {
  if (!/application\/vnd\.github(?:\.v3)?\.raw\b/.test(accept)) return undefined;
  return {
    status: 200,
    body: content,
    headers: { 'content-type': 'application/vnd.github.raw+json; charset=utf-8' },
  };
}

export function created(body: unknown): Answer {
  return { status: 201, body };
}

export const NO_CONTENT: Answer = { status: 204 };

export function param(call: Pick<Call, 'params'>, name: string): string {
  return call.params[name] ?? '';
}

/** The repository of the route; 404 when the viewer may not know of it. */
export function repositoryOf(call: Call): RepositoryRecord {
  const repository = call.world.store.repository(`${param(call, 'owner')}/${param(call, 'repo')}`);
  requireVisible(call.viewer, repository);
  return repository;
}

/** The repository of the route, for a viewer who has what is needed; 404 and 403 as GitHub answers them. */
export function repositoryFor(call: Call, need: Need): RepositoryRecord {
  const repository = repositoryOf(call);
  requireAccess(call.viewer, { repository, need });
  return repository;
}

export function issueOf(call: Call): IssueRecord {
  return findIssue(repositoryOf(call), Number(param(call, 'issue_number')));
}

/** A field of the body that must be text. */
export function requiredText(call: Call, name: string): string {
  const value = call.body[name];
  if (typeof value !== 'string') throw unprocessable(`Invalid request.\n\n"${name}" wasn't supplied.`);
  return value;
}

export function optionalText(call: Call, name: string): string | undefined {
  const value = call.body[name];
  if (value !== undefined && value !== null && typeof value !== 'string') {
    throw unprocessable(`Invalid request.\n\nFor '${name}', ${JSON.stringify(value)} is not a string.`);
  }
  return value ?? undefined;
}

export function requiredInteger(call: Call, name: string): number {
  const value = call.body[name];
  if (typeof value !== 'number' || !Number.isInteger(value)) {
    throw unprocessable(`Invalid request.\n\nFor '${name}', ${JSON.stringify(value) ?? 'nil'} is not an integer.`);
  }
  return value;
}

/** Names in `labels`, which may be texts or objects with a name. */
export function optionalNames(call: Call, name: string): string[] | undefined {
  const value = call.body[name];
  if (value === undefined || value === null) return undefined;
  if (!Array.isArray(value))
    throw unprocessable(`Invalid request.\n\nFor '${name}', ${JSON.stringify(value)} is not an array.`);
  return value.map((each: unknown) => {
    if (typeof each === 'string') return each;
    if (typeof each === 'object' && each !== null && 'name' in each && typeof each.name === 'string') return each.name;
    throw unprocessable(`Invalid request.\n\nFor '${name}', ${JSON.stringify(each)} is not a string.`);
  });
}

export function optionalObject(call: Call, name: string): Readonly<Record<string, unknown>> {
  const value = call.body[name];
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}

/** The issue with a database id, wherever it is; relations are addressed so. */
export function issueById(call: Call, id: number): IssueRecord {
  for (const repository of call.world.store.repositories.values()) {
    const issue = repository.issues.find((each) => each.id === id);
    if (!issue) continue;
    requireVisible(call.viewer, repository);
    return issue;
  }
  throw notFound();
}
