import { NEEDS, requireAccess } from '../access/permissions.ts';
import { invalidField, unprocessable } from '../model/errors.ts';
import type { IssueRecord, LabelRecord, RepositoryRecord } from '../model/records.ts';
import { findLabel } from '../model/store.ts';
import type { Session, World } from '../world.ts';

const DEFAULT_COLOR = 'ededed';

interface NewLabel {
  readonly repository: RepositoryRecord;
  readonly name: string;
  readonly color?: string;
  readonly description?: string | null;
}

/** Creates a label; a name that exists in whatever case is refused (operation `issues/create-label`). */
export function createLabel(session: Session, wanted: NewLabel): LabelRecord {
  const { world, viewer } = session;
  const { repository } = wanted;
  requireAccess(viewer, { repository, need: { ...NEEDS.triageIssues, role: 'write' } });
  if (wanted.name.trim() === '') throw invalidField('Label', 'name');
  if (wanted.name.length > 50) throw invalidField('Label', 'name', 'invalid');
  if (!/^[0-9a-f]{6}$/i.test(wanted.color ?? DEFAULT_COLOR)) throw invalidField('Label', 'color', 'invalid');
  if ((wanted.description?.length ?? 0) > 100) throw invalidField('Label', 'description', 'invalid');
  if (findLabel(repository, wanted.name)) throw invalidField('Label', 'name', 'already_exists');
  const label = insertLabel(world, wanted);
  world.emit({ name: 'label', action: 'created', repository, label, cause: viewer, sender: viewer.user });
  return label;
}

function insertLabel(world: World, { repository, name, color, description }: NewLabel): LabelRecord {
  const label: LabelRecord = {
    kind: 'Label',
    id: world.store.nextId('label'),
    repository,
    name,
    color: color ?? DEFAULT_COLOR,
    description: description ?? null,
    createdAt: world.clock(),
  };
  repository.labels.push(label);
  return label;
}

/** Labels by name; REST makes the missing ones on the way, as GitHub does for people who may write. */
export function labelsNamed(
  session: Session,
  { repository, names }: { readonly repository: RepositoryRecord; readonly names: readonly string[] },
): LabelRecord[] {
  if (names.some((name) => name.trim() === '')) throw unprocessable('Validation Failed');
  return names.map((name) => findLabel(repository, name) ?? createLabel(session, { repository, name }));
}

export function hasLabel(issue: IssueRecord, name: string): boolean {
  return [...issue.labels].some((label) => label.name.toLowerCase() === name.toLowerCase());
}
