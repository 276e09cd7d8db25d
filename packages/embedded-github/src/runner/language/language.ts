import { registerHooks } from 'node:module';

/**
 * GitHub's own workflow parser. It imports its schema as JSON without the attribute that Node demands, so the
 * attribute is added while it loads; everywhere else the rule stays in force.
 */
const hooks = registerHooks({
  resolve(specifier, context, next) {
    const resolved = next(specifier, context);
    const fromParser = context.parentURL?.includes('/@actions/workflow-parser/') === true;
    return fromParser && specifier.endsWith('.json') ? { ...resolved, importAttributes: { type: 'json' } } : resolved;
  },
});

const workflows = await import('@actions/workflow-parser');
const actions = await import('@actions/workflow-parser/actions/index');
const conditions = await import('@actions/workflow-parser/model/converter/if-condition');
hooks.deregister();

export const { parseWorkflow, convertWorkflowTemplate, isMapping, isSequence, isBasicExpression } = workflows;
export const { parseAction, convertActionTemplate } = actions;
export const { ensureStatusFunction } = conditions;

export type { MappingToken, TemplateToken } from '@actions/workflow-parser/templates/tokens/index';
