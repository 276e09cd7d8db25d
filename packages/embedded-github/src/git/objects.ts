import type { GitObject, GitReader, ListedRef } from '../model/git-objects.ts';
import { CatFile } from './cat-file.ts';
import { gitLines, gitText } from './command.ts';
import { memoryOf } from './in-memory.ts';
import { isType, readLooseObject } from './loose-objects.ts';
import { arePacked, listRefFiles, readHead, readRefFile } from './ref-files.ts';
import { EMPTY_TREE_ID, parseTree } from './tree-entries.ts';

const BY_REF = /^(HEAD|refs\/.+?)((?:[\^~:]|@\{).*)?$/s;
/** An object by its id, and what is asked for from there: `^{commit}`, `^{tree}` or a path. */
const BY_ID = /^([0-9a-f]{40})(?:\^\{(commit|tree)\}|:(.*))?$/s;

/** git knows it before anybody writes it. */
const EMPTY_TREE: GitObject = { oid: EMPTY_TREE_ID, type: 'tree', content: Buffer.alloc(0) };

/** What was found without git; undefined where only git can tell. */
type Found = GitObject | null | undefined;

/**
 * Reads objects by any expression that git understands (`main:docs/plan.json`, `refs/heads/main^{commit}`): from files
 * where the way there is by loose refs and objects alone, as it nearly always is here, and else by asking git.
 */
export class Objects implements GitReader {
  readonly #gitDir: string;
  readonly #git: CatFile;
  /** Commits and trees by their id, which never become others. */
  readonly #known = new Map<string, GitObject>([[EMPTY_TREE.oid, EMPTY_TREE]]);

  constructor(gitDir: string) {
    this.#gitDir = gitDir;
    this.#git = new CatFile(gitDir);
  }

  /** The object, or null when the expression names none. */
  async read(expression: string): Promise<GitObject | null> {
    if (expression === '' || expression.includes('\n')) return null;
    const resolved = this.#byId(expression);
    if (resolved === null) return null;
    const found = this.#lookUp(resolved);
    if (found !== undefined) return found;
    if (this.#isNowhere(resolved)) return null;
    const object = await this.#git.ask(resolved);
    if (object) this.#remember(object);
    return object;
  }

  /** The expression with the id in the place of the ref, null where the ref is nowhere. */
  #byId(expression: string): string | null {
    const [, name = '', rest = ''] = BY_REF.exec(expression) ?? [];
    if (name === '') return this.#byBranch(expression);
    const oid = name === 'HEAD' ? readHead(this.#gitDir) : readRefFile(this.#gitDir, name);
    return oid === undefined ? expression : oid && oid + rest;
  }

  /** A branch by its short name. In memory nobody else knows it; with files git is asked. */
  #byBranch(expression: string): string | null {
    const memory = memoryOf(this.#gitDir);
    const [, name = '', rest = ''] = /^([^:^~@]+)(.*)$/s.exec(expression) ?? [];
    if (!memory || name === '' || /^[0-9a-f]{4,40}$/.test(name) || memory.refs.has(`refs/tags/${name}`))
      return expression;
    const oid = memory.refs.get(`refs/heads/${name}`);
    return oid === undefined ? null : oid + rest;
  }

  #lookUp(expression: string): Found {
    const [, id, type, path] = BY_ID.exec(expression) ?? [];
    const object = id === undefined ? undefined : this.#loose(id);
    if (path !== undefined) return this.#within(object, path);
    if (type === 'tree' && object?.type === 'commit') return this.#loose(treeOf(object));
    return type === undefined || object?.type === type ? object : undefined;
  }

  /** In memory there is no other place in which it could be. */
  #isNowhere(expression: string): boolean {
    const memory = memoryOf(this.#gitDir);
    if (!memory) return false;
    const [, id = '', type] = BY_ID.exec(expression) ?? [];
    const object = this.#known.get(id) ?? memory.objects.get(id);
    return id !== '' && (object === undefined || (type !== undefined && object.type !== 'tag'));
  }

  #within(start: Found, path: string): Found {
    let object = start?.type === 'commit' ? this.#loose(treeOf(start)) : start;
    for (const name of path === '' ? [] : path.split('/')) {
      if (object?.type !== 'tree' || name === '') return undefined;
      const entry = parseTree(object.content).get(name);
      if (!entry) return null;
      object = this.#loose(entry.oid);
    }
    return object;
  }

  #loose(oid: string): Found {
    const object = this.#known.get(oid) ?? readLooseObject(this.#gitDir, oid);
    return object ? this.#remember(object) : undefined;
  }

  #remember(object: GitObject): GitObject {
    if (object.type === 'commit' || object.type === 'tree') this.#known.set(object.oid, object);
    return object;
  }

  /** The commit id that the expression leads to, through tags. */
  async commitId(expression: string): Promise<string | null> {
    return (await this.read(`${expression}^{commit}`))?.oid ?? null;
  }

  async refs(): Promise<readonly ListedRef[]> {
    if (!arePacked(this.#gitDir)) return this.#refsInFiles();
    const text = await gitText(this.#gitDir, ['for-each-ref', '--format=%(objectname) %(objecttype) %(refname)']);
    return gitLines(text).flatMap((line) => {
      const [oid = '', type, name = ''] = line.split(' ');
      return isType(type) ? [{ name, oid, type }] : [];
    });
  }

  async #refsInFiles(): Promise<readonly ListedRef[]> {
    const refs: ListedRef[] = [];
    for (const { name, oid } of listRefFiles(this.#gitDir)) {
      const object = await this.read(oid);
      if (object) refs.push({ name, oid, type: object.type });
    }
    return refs;
  }

  close(): Promise<void> {
    return this.#git.close();
  }
}

function treeOf({ content }: GitObject): string {
  return content.toString('latin1', 'tree '.length, 'tree '.length + 40);
}
