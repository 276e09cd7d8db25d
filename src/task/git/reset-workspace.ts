import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import type { Assignment } from '../protocol/assignment.ts';
import type { JobContext } from '../protocol/job.ts';
import { indexFile } from '../protocol/job-files.ts';
import { privateRepository } from './private-repository.ts';
import { writeCheckout } from './write-checkout.ts';

/** Makes the checkout hold the base, detached, beside files that it ignores, and remembers its files for `writeTree`. */
export async function resetWorkspace(job: JobContext, base: Assignment['base']): Promise<void> {
  await writeCheckout(privateRepository(job), { folder: job.workspace, commit: base.head, base });
  await cp(join(job.workspace, '.git', 'index'), indexFile(job));
}
