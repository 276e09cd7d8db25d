import { dotted, type Node, nameOf } from './syntax.ts';

/** One use of another file: a statement, `import()` or the type `import('…')`. */
export interface Import {
  /** As written: `./plan.ts`, `zod`. */
  readonly specifier: string;
  /** What is taken from it; `*` is everything that it exports. */
  readonly names: readonly string[];
}

/** What one node takes from other files. */
export function importsOf(node: Node, parents: readonly Node[]): readonly Import[] {
  if (node.type === 'ImportDeclaration') {
    const names = node.specifiers.map((each) => {
      if (each.type === 'ImportNamespaceSpecifier') return '*';
      return each.type === 'ImportDefaultSpecifier' ? 'default' : nameOf(each.imported);
    });
    return [{ specifier: node.source.value, names }];
  }
  if (node.type === 'ImportExpression') {
    const { source } = node;
    if (source.type !== 'Literal' || typeof source.value !== 'string') return [];
    return [{ specifier: source.value, names: takenFromPromise(parents) }];
  }
  if (node.type === 'TSImportType') {
    const [name] = node.qualifier ? dotted(node.qualifier) : ['*'];
    return [{ specifier: node.source.value, names: [name ?? '*'] }];
  }
  return [];
}

/** The names in `(await import('…')).name`, `const { name } = await import('…')` and `import('…').then(({ name }) => …)`. */
function takenFromPromise(parents: readonly Node[]): readonly string[] {
  const [outer, holder] = [parents.at(-1), parents.at(-2)];
  if (outer?.type === 'AwaitExpression' && holder?.type === 'MemberExpression') {
    return !holder.computed && holder.property.type === 'Identifier' ? [holder.property.name] : ['*'];
  }
  if (outer?.type === 'AwaitExpression' && holder?.type === 'VariableDeclarator') return taken(holder.id);
  if (outer?.type === 'MemberExpression' && holder?.type === 'CallExpression') {
    const [callback] = holder.arguments;
    return callback?.type === 'ArrowFunctionExpression' ? taken(callback.params[0]) : ['*'];
  }
  return ['*'];
}

function taken(pattern: Node | undefined): readonly string[] {
  if (pattern?.type !== 'ObjectPattern') return ['*'];
  return pattern.properties.map((each) =>
    each.type === 'Property' && each.key.type === 'Identifier' ? each.key.name : '*',
  );
}
