import { appOf, NEEDS, type Need } from '../../access/permissions.ts';
import { annotationBody, checkRunBody } from '../../bodies/check.ts';
import { addCheckRun, announceCheckRun, branchAt, newCheckRun } from '../../checks/checks.ts';
import type { AnnotationRecord, CheckRunRecord } from '../../model/checks.ts';
import { notFound, unprocessable } from '../../model/errors.ts';
import {
  type Answer,
  type Call,
  created,
  ok,
  optionalObject,
  optionalText,
  param,
  repositoryFor,
  repositoryOf,
  requiredText,
  routes,
} from './call.ts';
import { listed, page } from './paging.ts';

export const checkRoutes = routes({
  'POST /repos/{owner}/{repo}/check-runs': createCheckRun,
  'PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}': updateCheckRun,
  'GET /repos/{owner}/{repo}/check-runs/{check_run_id}': (call) =>
    ok(checkRunBody(call.world.addresses, { repository: repositoryOf(call), run: checkRunOf(call, NEEDS.readChecks) })),
  'GET /repos/{owner}/{repo}/check-runs/{check_run_id}/annotations': listAnnotations,
  'GET /repos/{owner}/{repo}/commits/{ref}/check-runs': listCheckRuns,
});

async function createCheckRun(call: Call): Promise<Answer> {
  const repository = repositoryFor(call, NEEDS.writeChecks);
  const headSha = requiredText(call, 'head_sha');
  if ((await repository.objects.commitId(headSha)) === null) throw unprocessable(`No commit found for SHA: ${headSha}`);
  const name = requiredText(call, 'name');
  const run = newCheckRun(call.world, {
    name,
    headSha,
    headBranch: await branchAt(repository, headSha),
    app: appOf(call.viewer),
  });
  applyFields(call, run);
  run.annotations.push(...annotationsIn(call));
  addCheckRun(call.world, { repository, checkRun: run, by: call.viewer });
  return created(checkRunBody(call.world.addresses, { repository, run }));
}

function updateCheckRun(call: Call): Answer {
  const run = checkRunOf(call, NEEDS.writeChecks);
  const wasCompleted = run.status === 'completed';
  applyFields(call, run);
  run.annotations.push(...annotationsIn(call));
  if (run.status === 'completed' && !wasCompleted) {
    announceCheckRun(call.world, {
      repository: repositoryOf(call),
      checkRun: run,
      action: 'completed',
      by: call.viewer,
    });
  }
  return ok(checkRunBody(call.world.addresses, { repository: repositoryOf(call), run }));
}

function checkRunOf(call: Call, need: Need): CheckRunRecord {
  const id = Number(param(call, 'check_run_id'));
  const run = repositoryFor(call, need).checkRuns.find((each) => each.id === id);
  if (!run) throw notFound();
  return run;
}

/** A conclusion completes the run, whatever `status` says. */
function applyFields(call: Call, run: CheckRunRecord): void {
  const status = optionalText(call, 'status');
  const conclusion = optionalText(call, 'conclusion');
  const output = optionalObject(call, 'output');
  const outputText = (name: 'title' | 'summary' | 'text') =>
    typeof output[name] === 'string' ? output[name] : run.output[name];
  run.name = optionalText(call, 'name') ?? run.name;
  run.externalId = optionalText(call, 'external_id') ?? run.externalId;
  run.detailsUrl = optionalText(call, 'details_url') ?? run.detailsUrl;
  run.output = { title: outputText('title'), summary: outputText('summary'), text: outputText('text') };
  if (status === 'queued' || status === 'in_progress' || status === 'completed') run.status = status;
  if (conclusion !== undefined) {
    run.status = 'completed';
    run.conclusion = conclusion;
  }
  if (run.status === 'completed') run.completedAt ??= call.world.clock();
}

const MAX_ANNOTATIONS = 50;
const LEVELS = ['notice', 'warning', 'failure'] as const;

/**
 * At most 50 in one request; those of further requests are added
 * (https://docs.github.com/en/rest/checks/runs#update-a-check-run, `output.annotations`).
 */
function annotationsIn(call: Call): readonly AnnotationRecord[] {
  const { annotations = [] } = optionalObject(call, 'output');
  if (!Array.isArray(annotations) || annotations.length > MAX_ANNOTATIONS)
    throw unprocessable(`No subschema in "anyOf" matched: at most ${MAX_ANNOTATIONS} annotations in one request.`);
  return annotations.map((given: Readonly<Record<string, unknown>>) => {
    const { path, start_line: start, end_line: end, annotation_level, message } = given;
    const level = LEVELS.find((each) => each === annotation_level);
    const whole = typeof path === 'string' && typeof message === 'string' && message !== '';
    if (!whole || !Number.isInteger(start) || !Number.isInteger(end) || !level)
      throw unprocessable('Invalid request: an annotation lacks what it needs.');
    // Columns only where it is about one line (same page).
    const column = (name: string) => (start === end && typeof given[name] === 'number' ? given[name] : null);
    return {
      path,
      start_line: Number(start),
      end_line: Number(end),
      start_column: column('start_column'),
      end_column: column('end_column'),
      annotation_level: level,
      message,
      title: typeof given.title === 'string' ? given.title : null,
    };
  });
}

function listAnnotations(call: Call): Answer {
  const repository = repositoryOf(call);
  const run = checkRunOf(call, NEEDS.readChecks);
  return listed(call, {
    all: run.annotations,
    body: (annotation) => annotationBody(call.world.addresses, { repository, run, annotation }),
  });
}

async function listCheckRuns(call: Call): Promise<Answer> {
  const repository = repositoryFor(call, NEEDS.readChecks);
  const sha = await repository.objects.commitId(param(call, 'ref'));
  if (sha === null) throw unprocessable(`No commit found for SHA: ${param(call, 'ref')}`);
  const name = call.query.get('check_name');
  const onCommit = repository.checkRuns.filter((run) => run.headSha === sha && (name ?? run.name) === run.name);
  // `latest`, the default, gives the newest run of each name.
  const newest = new Map(onCommit.map((run) => [run.name, run]));
  const runs = call.query.get('filter') === 'all' ? onCommit : [...newest.values()];
  const { items, headers } = page(call, runs);
  return {
    status: 200,
    headers,
    body: {
      total_count: runs.length,
      check_runs: items.map((run) => checkRunBody(call.world.addresses, { repository, run })),
    },
  };
}
