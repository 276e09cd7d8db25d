/** What decides about the repository: no task changes it, whatever its outputs and the configuration say. */
export const ALWAYS_PROTECTED = ['.github/**', '**/CODEOWNERS'];
