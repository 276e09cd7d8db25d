import { SERVER_VARIABLES } from '../../src/hosts/server/variables.ts';
import { code, table } from './markdown.ts';

/** The page on the settings of the server. */
export function serverPage(): string {
  return [
    '# Environment of the server',
    'What `agent-waves serve` reads. A wrong value is named in one sentence before anything is served.',
    table(
      ['Variable', ''],
      Object.entries(SERVER_VARIABLES).map(([name, description]) => [code(name), description]),
    ),
  ].join('\n\n');
}
