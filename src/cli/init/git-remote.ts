/** A repository on a server, as its address says it. The address itself may hold a password. */
export interface GitRemote {
  readonly host: string;
  readonly owner: string;
  readonly repo: string;
}

/** `git@github.com:acme/shop.git` and its kin; undefined for a folder, or what has another form. */
export function parseRemote(address: string): GitRemote | undefined {
  const url = /^(?:https?|ssh|git):\/\/(?:[^@/]*@)?([^/]+)\/(.+)$/.exec(address);
  const scp = /^(?:[^@/:]+@)?([^@/:]{2,}):(?!\/\/)(.+)$/.exec(address);
  const [, host, path] = url ?? scp ?? [];
  const [, owner, repo] = /^\/?([\w.-]+)\/([\w.-]+?)(?:\.git)?\/?$/.exec(path ?? '') ?? [];
  if (host === undefined || owner === undefined || repo === undefined) return undefined;
  return { host: host.replace(/^ssh\.(?=github\.com)/, '').replace(/(?<=github\.com):(?:22|443)$/, ''), owner, repo };
}
