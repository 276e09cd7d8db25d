/** Where the app writes what it computes from state alone, beside the progress file and in the plan. */

interface Configured {
  readonly plan: string;
  readonly progress: string;
}

/** What pictures of a plan there are, and in what colours. */
export const PICTURES = ['plan-light', 'plan-dark', 'timeline-light', 'timeline-dark'] as const;

export type PictureName = (typeof PICTURES)[number];

/** Path of a picture from the root of the repository: in a folder beside the progress file, called after it. */
export function picturePath(progress: string, picture: PictureName): string {
  return `${pictureFolder(progress)}/${picture}.svg`;
}

/** The same as a path from the progress file. */
export function pictureBeside(progress: string, picture: PictureName): string {
  return picturePath(progress, picture).slice(progress.lastIndexOf('/') + 1);
}

/** Every file that the app writes: trees that differ in these alone are the same, and no task may change one. */
export function projectedPaths({ plan, progress }: Configured): readonly string[] {
  return [plan, progress, ...PICTURES.map((picture) => picturePath(progress, picture))];
}

/** The folder of the pictures, from the root of the repository. */
export function pictureFolder(progress: string): string {
  return `${progress.replace(/\.(?:md|markdown)$/i, '')}-pictures`;
}
