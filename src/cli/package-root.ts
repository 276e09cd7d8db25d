import { fileURLToPath } from 'node:url';

/** Folder of this package: templates, examples and the action lie below it. */
export const PACKAGE_ROOT = fileURLToPath(new URL('../..', import.meta.url));
