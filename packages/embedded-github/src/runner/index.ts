/** What reads workflows and actions as the runner does: for tests of workflow files. */

export { type Action, type ActionInput, readAction } from './language/action.ts';
export { evaluateExpression, holds, type Scope, textOf, textsOf } from './language/expressions.ts';
export { convertWorkflowTemplate, parseWorkflow } from './language/language.ts';
export { readWorkflow, type Workflow } from './language/workflow.ts';
export { parsePairs } from './machine/command-files.ts';
export { createRunner, type RunnerOptions } from './runner.ts';
