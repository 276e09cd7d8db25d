import { NEEDS } from '../../access/permissions.ts';
import { commentBody, reactionBody } from '../../bodies/issue.ts';
import { addReaction, createComment, deleteComment, editComment } from '../../issues/comments.ts';
import { invalidField } from '../../model/errors.ts';
import { REACTIONS, type ReactionRecord } from '../../model/reactions.ts';
import type { CommentRecord } from '../../model/records.ts';
import { findComment } from '../../model/store.ts';
import {
  type Answer,
  type Call,
  created,
  issueOf,
  NO_CONTENT,
  ok,
  param,
  repositoryFor,
  requiredText,
  routes,
} from './call.ts';
import { readableIssue } from './issues.ts';
import { listed, since, sorted } from './paging.ts';

export const commentRoutes = routes({
  'GET /repos/{owner}/{repo}/issues/{issue_number}/comments': (call) =>
    // In order of creation whatever the query says: GitHub ignores `sort` here.
    listComments(call, since(call, { all: readableIssue(call).comments, moment: (comment) => comment.updatedAt })),
  'POST /repos/{owner}/{repo}/issues/{issue_number}/comments': (call) =>
    created(
      commentBody(
        call.world.addresses,
        createComment(call, { issue: issueOf(call), body: requiredText(call, 'body') }),
      ),
    ),
  'GET /repos/{owner}/{repo}/issues/comments': listAllComments,
  'GET /repos/{owner}/{repo}/issues/comments/{comment_id}': (call) =>
    ok(commentBody(call.world.addresses, readableComment(call))),
  'PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}': (call) => {
    const comment = readableComment(call);
    editComment(call, { comment, body: requiredText(call, 'body') });
    return ok(commentBody(call.world.addresses, comment));
  },
  'DELETE /repos/{owner}/{repo}/issues/comments/{comment_id}': (call) => {
    deleteComment(call, readableComment(call));
    return NO_CONTENT;
  },
  'GET /repos/{owner}/{repo}/issues/comments/{comment_id}/reactions': (call) =>
    listReactions(call, readableComment(call).reactions),
  'POST /repos/{owner}/{repo}/issues/comments/{comment_id}/reactions': (call) => react(call, readableComment(call)),
  'GET /repos/{owner}/{repo}/issues/{issue_number}/reactions': (call) =>
    listReactions(call, readableIssue(call).reactions),
  'POST /repos/{owner}/{repo}/issues/{issue_number}/reactions': (call) => react(call, readableIssue(call)),
});

function readableComment(call: Call): CommentRecord {
  const repository = repositoryFor(call, NEEDS.readIssues);
  return findComment(repository, Number(param(call, 'comment_id')));
}

function listComments(call: Call, comments: readonly CommentRecord[]): Answer {
  return listed(call, { all: comments, body: (comment) => commentBody(call.world.addresses, comment) });
}

function listAllComments(call: Call): Answer {
  const repository = repositoryFor(call, NEEDS.readIssues);
  const all = repository.issues.flatMap((issue) => issue.comments);
  return listComments(
    call,
    sorted(call, { all: since(call, { all, moment: (comment) => comment.updatedAt }), defaultDirection: 'asc' }),
  );
}

function listReactions(call: Call, reactions: readonly ReactionRecord[]): Answer {
  const content = call.query.get('content');
  const wanted = reactions.filter((reaction) => content === null || reaction.content === content);
  return listed(call, { all: wanted, body: (reaction) => reactionBody(call.world.addresses, reaction) });
}

function react(call: Call, subject: Parameters<typeof addReaction>[1]['subject']): Answer {
  const content = REACTIONS.find((each) => each === requiredText(call, 'content'));
  if (!content) throw invalidField('Reaction', 'content', 'invalid');
  const { reaction, isNew } = addReaction(call, { subject, content });
  return { status: isNew ? 201 : 200, body: reactionBody(call.world.addresses, reaction) };
}
