import type { DraftTask, Remark } from './draft.ts';
import { lineOf, startOf } from './markdown-tree.ts';
import type { Source } from './source.ts';

/** Where ids of a Markdown file stand twice and each time under another title of the document, it holds two plans. */
export function secondPlanProblems(tasks: readonly DraftTask[], { files: [file], folder }: Source): readonly Remark[] {
  if (folder || file === undefined || /\.(?:jsonl?|ya?ml)$/i.test(file.file)) return [];
  const seen = new Map<string, number>();
  const again = tasks.find(({ id, at }) => {
    const first = seen.has(id.toLowerCase());
    if (!first) seen.set(id.toLowerCase(), at.offset);
    return first;
  });
  const before = again && seen.get(again.id.toLowerCase());
  const markdown = again && file.markdown();
  if (again === undefined || before === undefined || !markdown?.ok) return [];
  const title = markdown.root.children.find((node) => {
    const { offset } = startOf(node);
    return node.type === 'heading' && node.depth === 1 && offset > before && offset < again.at.offset;
  });
  if (title === undefined) return [];
  const message = `a second plan begins here (\`${lineOf(title).slice(0, 60)}\`), and its ids begin anew; make a file of each, and import one`;
  return [{ at: { file: file.file, offset: startOf(title).offset }, message }];
}
