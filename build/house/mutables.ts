import { type LineOf, type Node, walk } from './syntax.ts';

/**
 * A variable at the top level of a module that may hold something else at the next call: a `let`, a collection that
 * begins empty or knows its keys only weakly (both are there to be filled), and whatever this module itself writes to.
 */
export interface Mutable {
  readonly line: number;
  readonly name: string;
  readonly what: 'let' | 'Map' | 'Set' | 'WeakMap' | 'WeakSet' | 'Array' | 'object';
}

const COLLECTIONS = ['Map', 'Set', 'WeakMap', 'WeakSet'] as const;
const WRITES: ReadonlySet<string> = new Set(
  'set add delete clear push pop shift unshift splice sort reverse fill copyWithin'.split(' '),
);

export function mutablesOf(program: Node, line: LineOf): readonly Mutable[] {
  if (program.type !== 'Program') return [];
  const written = writtenNames(program);
  const declarations = program.body.flatMap((node) => {
    const inner = node.type === 'ExportNamedDeclaration' ? node.declaration : node;
    return inner?.type === 'VariableDeclaration' ? [inner] : [];
  });
  return declarations.flatMap(({ kind, declarations: declarators }) =>
    declarators.flatMap(({ id, init }): readonly Mutable[] => {
      if (id.type !== 'Identifier') return [];
      const found = { line: line(id.start), name: id.name };
      if (kind === 'let' || kind === 'var') return [{ ...found, what: 'let' }];
      if (!init || !(written.has(id.name) || isToBeFilled(init))) return [];
      return [{ ...found, what: collection(init) }];
    }),
  );
}

function collection(init: Node): Mutable['what'] {
  if (init.type === 'ArrayExpression') return 'Array';
  const callee = init.type === 'NewExpression' && init.callee.type === 'Identifier' ? init.callee.name : '';
  return COLLECTIONS.find((name) => name === callee) ?? 'object';
}

function isToBeFilled(init: Node): boolean {
  const what = collection(init);
  if (init.type !== 'NewExpression' || what === 'object') return false;
  return init.arguments.length === 0 || what.startsWith('Weak');
}

/** Names on which a method that writes is called, or a field is assigned to or deleted. Scopes are not looked at. */
function writtenNames(program: Node): ReadonlySet<string> {
  const names = new Set<string>();
  walk(program, [], (node) => {
    const target = writeTarget(node);
    if (target?.type === 'MemberExpression' && target.object.type === 'Identifier') names.add(target.object.name);
  });
  return names;
}

function writeTarget(node: Node): Node | undefined {
  if (node.type === 'AssignmentExpression') return node.left;
  if (node.type === 'UpdateExpression') return node.argument;
  if (node.type === 'UnaryExpression') return node.operator === 'delete' ? node.argument : undefined;
  if (node.type !== 'CallExpression' || node.callee.type !== 'MemberExpression') return undefined;
  const { property } = node.callee;
  return property.type === 'Identifier' && WRITES.has(property.name) ? node.callee : undefined;
}
