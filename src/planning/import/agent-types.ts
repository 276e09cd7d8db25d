import type { TableCell } from 'mdast';
import type { DocumentClaim } from '../../plan/document-claims.ts';
import type { TaskId } from '../../plan/plan.ts';
import { routeTask } from '../../plan/route.ts';
import { agentTypeColumns, taskColumns } from './columns.ts';
import type { DraftTask, Provenance } from './draft.ts';
import { fitLine, fitName } from './fit-fields.ts';
import { endOf, type MarkdownBlock, startOf } from './markdown-tree.ts';
import type { Remarks } from './remarks.ts';
import { headingsOf } from './task-tables.ts';

export type AgentType = Extract<DocumentClaim, { kind: 'agent-type' }>;

/** Rows such as `| Setup (CORE-001, INFRA-*) | general-purpose | haiku |`. */
export function agentTypesOf(
  blocks: readonly MarkdownBlock[],
  { known, text: document }: { readonly known: ReadonlySet<string>; readonly text: string },
): readonly AgentType[] {
  return blocks.flatMap(({ node }): readonly AgentType[] => {
    if (node.type !== 'table' || taskColumns(headingsOf(node)) !== undefined) return [];
    const columns = agentTypeColumns(headingsOf(node));
    if (columns === undefined) return [];
    return node.children.slice(1).flatMap((row): readonly AgentType[] => {
      const cells = row.children.map((cell) => writtenIn(cell, document));
      const words = (cells[columns.category] ?? '').slice(0, 2000);
      const agent = fitName(cells[columns.agent] ?? '');
      const model = fitName(cells[columns.model] ?? '');
      const category = fitLine(words.replace(/\s*\([^()]*\)\s*$/, ''), 64);
      const text = fitLine(cells.join(' | '), 500);
      if (agent === undefined || category === undefined || text === undefined) return [];
      const match = patternsOf(words, known);
      const { line } = startOf(row);
      return [{ kind: 'agent-type', category, match, agent, ...(model === undefined ? {} : { model }), line, text }];
    });
  });
}

interface AgentTypeInput {
  readonly tasks: readonly DraftTask[];
  readonly agentTypes: readonly AgentType[];
  readonly provenance: readonly Provenance[];
  readonly remarks: Remarks;
  readonly file: string;
}

/** Tasks that an agent type names get it, with model and category, where they have none of their own. */
export function withAgentTypes({ tasks, agentTypes, provenance, remarks, file }: AgentTypeInput): {
  readonly tasks: readonly DraftTask[];
  readonly provenance: readonly Provenance[];
} {
  let matched = 0;
  // A row is found by the rule that finds a route; its place in the table stands for the agent.
  const routes = agentTypes.map(({ match }, index) => ({ match, category: [], agent: String(index) }));
  const assigned = tasks.map((task): DraftTask => {
    const row = agentTypes[Number(routeTask({ id: task.id as TaskId }, { agents: {}, routes }).agent)];
    if (row === undefined) return task;
    matched++;
    const { agent, model, category } = task;
    return {
      ...task,
      category: category ?? row.category.toLowerCase(),
      agent: agent ?? row.agent,
      model: model ?? (agent === undefined ? row.model : undefined),
    };
  });
  if (agentTypes.length > 0 && matched < tasks.length) {
    const at = tasks[0]?.at ?? { file, offset: 0 };
    const left = tasks.length - matched;
    remarks.add(
      at,
      `the table of agent types names ${matched} of ${tasks.length} tasks; routes decide for the other ${left}`,
    );
  }
  const from = 'the table of agent types';
  const fields = matched === 0 ? [] : ['category', 'agent', 'model'];
  return { tasks: assigned, provenance: [...provenance, ...fields.map((field) => ({ field, from, tasks: matched }))] };
}

/** The cell as written: Markdown takes the stars of `MODEL-*, PLANNER-*` for emphasis, and a reader does not. */
function writtenIn(cell: TableCell, document: string): string {
  const [first, last] = [cell.children[0], cell.children.at(-1)];
  if (first === undefined || last === undefined) return '';
  return document
    .slice(startOf(first).offset, endOf(last))
    .replace(/\\([!-/:-@[-`{-~])/g, '$1')
    .replace(/`|\*\*/g, '');
}

/** What stands between the last parentheses, as far as it can mean tasks. */
function patternsOf(text: string, known: ReadonlySet<string>): string[] {
  const inside = /\(([^()]*)\)\s*$/.exec(text)?.[1] ?? '';
  return inside
    .split(/[,;]|\band\b/)
    .map((pattern) => pattern.trim())
    .filter((pattern) => known.has(pattern) || /^[A-Za-z0-9._-]*\*[A-Za-z0-9._*-]*$/.test(pattern))
    .filter((pattern) => pattern.length <= 64)
    .slice(0, 500);
}
