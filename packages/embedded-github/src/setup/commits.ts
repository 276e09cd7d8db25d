import type { EmbeddedGitHub } from '../embedded-github.ts';
import { readCommit, writeCommit } from '../git/commits.ts';
import { changeRefs, ZERO_OID } from '../git/refs.ts';
import { writeTree } from '../git/trees.ts';
import { signature } from '../pulls/merge.ts';
import type { World } from '../world.ts';

/** Commits and pushes that come about without a clone. */
export function commits(world: World): Pick<EmbeddedGitHub, 'commitFiles' | 'moveRefs'> {
  return {
    commitFiles: async ({ repository: fullName, by, message, files, branch }) => {
      const repository = world.store.repository(fullName);
      const user = world.store.user(by);
      const name = `refs/heads/${branch ?? repository.defaultBranch}`;
      const parent = await readCommit(repository, name);
      const entries = Object.entries(files);
      const additions = entries.flatMap(([path, text]) =>
        text === null ? [] : [{ path, content: Buffer.from(text) }],
      );
      const deletions = entries.flatMap(([path, text]) => (text === null ? [path] : []));
      const tree = await writeTree(repository, { from: parent?.tree ?? null, changes: { additions, deletions } });
      const author = signature(user, world.clock());
      const after = writeCommit(repository, { tree, parents: parent ? [parent.oid] : [], message, author });
      const change = { name, before: parent?.oid ?? ZERO_OID, after };
      if (!(await changeRefs(repository, [change]))) throw new Error(`${name} moved while a commit to it was made.`);
      world.refsChanged({ repository, viewer: { kind: 'person', user }, changes: [change] });
      return after;
    },
    moveRefs: async ({ repository: fullName, by, moves }) => {
      const repository = world.store.repository(fullName);
      const place = (oid: string | null) => oid ?? ZERO_OID;
      const changes = moves.map(({ ref, from, to }) => ({ name: ref, before: place(from), after: place(to) }));
      if (!(await changeRefs(repository, changes))) return false;
      world.refsChanged({ repository, viewer: { kind: 'person', user: world.store.user(by) }, changes });
      return true;
    },
  };
}
