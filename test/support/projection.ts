import { type ProgressInput, pageOf } from '../../src/progress/page.ts';
import { pictureModels } from '../../src/progress/pictures.ts';
import { type ProjectInput, type Projection, project } from '../../src/progress/project.ts';
import { renderProgress } from '../../src/progress/render-progress.ts';

/** The projection in one go. */
export function projectionOf(input: ProjectInput): Projection {
  const steps = project(input);
  let step = steps.next();
  while (!step.done) step = steps.next();
  return step.value;
}

/** PROGRESS.md by itself. */
export function progressPage(input: ProgressInput): string {
  const page = pageOf(input);
  return renderProgress(page, pictureModels(page));
}
