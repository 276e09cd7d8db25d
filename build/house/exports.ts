import { isNode, type LineOf, type Node, nameOf } from './syntax.ts';

export interface Export {
  /** `*` where another file's exports are passed on whole. */
  readonly name: string;
  readonly line: number;
  readonly kind: 'value' | 'type';
  /** Where it comes from, when it is only passed on. */
  readonly from?: { readonly specifier: string; readonly name: string };
}

/** What one node gives to other files. */
export function exportsOf(node: Node, line: LineOf): readonly Export[] {
  if (node.type === 'ExportAllDeclaration') {
    const name = node.exported ? nameOf(node.exported) : '*';
    const from = { specifier: node.source.value, name: '*' };
    return [{ name, line: line(node.start), kind: 'value', from }];
  }
  if (node.type === 'ExportDefaultDeclaration') return [{ name: 'default', line: line(node.start), kind: 'value' }];
  if (node.type !== 'ExportNamedDeclaration') return [];
  const passedOn = node.specifiers.map((each): Export => {
    const kind = node.exportKind === 'type' || each.exportKind === 'type' ? 'type' : 'value';
    const exported = { name: nameOf(each.exported), line: line(each.start), kind } as const;
    if (!node.source) return exported;
    return { ...exported, from: { specifier: node.source.value, name: nameOf(each.local) } };
  });
  return [...passedOn, ...declared(node.declaration, line)];
}

function declared(declaration: Node | null, line: LineOf): readonly Export[] {
  if (declaration === null) return [];
  const kind = TYPES.has(declaration.type) ? 'type' : 'value';
  const names =
    declaration.type === 'VariableDeclaration' ? declaration.declarations.map(({ id }) => id) : [declaration];
  return names.flatMap((each) => {
    const id = 'id' in each ? each.id : each;
    return isNode(id) && id.type === 'Identifier' ? [{ name: id.name, line: line(id.start), kind } as const] : [];
  });
}

const TYPES: ReadonlySet<string> = new Set(['TSTypeAliasDeclaration', 'TSInterfaceDeclaration', 'TSEnumDeclaration']);
