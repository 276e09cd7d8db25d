import { type Node, visitorKeys } from 'oxc-parser';

export type { Node };

/** Calls for every node, the outer ones first. @param visit Also gets the nodes around it, the root first. */
export function walk(
  node: Node,
  parents: readonly Node[],
  visit: (node: Node, parents: readonly Node[]) => void,
): void {
  visit(node, parents);
  const inner = [...parents, node];
  for (const child of childrenOf(node)) walk(child, inner, visit);
}

function childrenOf(node: Node): readonly Node[] {
  const fields: Readonly<Record<string, unknown>> = { ...node };
  return (visitorKeys[node.type] ?? []).flatMap((key) => [fields[key]].flat()).filter(isNode);
}

export function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value;
}

export function nameOf(node: Node): string {
  if (node.type === 'Identifier') return node.name;
  return node.type === 'Literal' ? String(node.value) : '';
}

export function dotted(node: Node): readonly string[] {
  if (node.type === 'TSQualifiedName') return [...dotted(node.left), ...dotted(node.right)];
  return node.type === 'Identifier' ? [node.name] : [];
}

/** @returns The line of an offset, counted from 1. */
export function lineCounter(text: string): LineOf {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return (offset) => {
    let [low, high] = [0, starts.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle;
    }
    return low + 1;
  };
}

/** @returns The line of an offset, counted from 1. */
export type LineOf = (offset: number) => number;
