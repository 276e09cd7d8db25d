import type { NotifyFormat } from '../../plan/notify-fields.ts';
import { type Notice, noticeKey } from '../../state/notice.ts';
import { unreachable } from '../../state/unreachable.ts';
import { type NoticeWords, noticeWords } from './notice-words.ts';

export interface NoticeSource {
  readonly plan: { readonly id: string; readonly name: string; readonly issue: number };
  /** `name` is `owner/name`; `url` is its address for people, without a trailing slash. */
  readonly repository: { readonly name: string; readonly url: string };
}

/** @returns What is posted: JSON in the form that the other side reads. Nothing that people wrote means anything there. */
export function noticeBody(notice: Notice, { format, source }: { format: NotifyFormat; source: NoticeSource }): string {
  const words = noticeWords(notice.about, source.plan);
  const shown = { ...words, url: `${source.repository.url}/issues/${words.issue}`, where: source.repository.name };
  switch (format) {
    case 'json':
      return JSON.stringify(ownForm(notice, { source, shown }));
    case 'slack':
      return JSON.stringify(slackForm(shown));
    case 'teams':
      return JSON.stringify(teamsForm(shown));
    case 'discord':
      return JSON.stringify(discordForm(shown));
    default:
      return unreachable(format);
  }
}

interface Shown extends NoticeWords {
  readonly url: string;
  readonly where: string;
}

/** A reader of this form gets the facts, and the words beside them. */
function ownForm({ id, at, about }: Notice, { source, shown }: { source: NoticeSource; shown: Shown }): object {
  const { plan, repository } = source;
  const { event, ...facts } = about;
  return {
    id: `${repository.name}/${noticeKey({ issue: plan.issue, id })}`,
    event,
    at,
    repository: repository.name,
    plan,
    ...facts,
    title: shown.title,
    ...('title' in facts ? { name: facts.title } : {}),
    text: shown.text,
    url: shown.url,
  };
}

/** https://docs.slack.dev/messaging/formatting-message-text: `&`, `<` and `>` are all that begins a command, a mention or a link. */
function slackForm({ title, text, url, where }: Shown): object {
  const escaped = (words: string) => words.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  const lines = [title, ...(text === '' ? [] : [text]), where].map(escaped);
  const plain = (words: string) => ({ type: 'plain_text', text: words, emoji: false });
  return {
    // What a notification on a telephone shows; the blocks are what is read in the channel.
    text: lines[0],
    mrkdwn: false,
    unfurl_links: false,
    blocks: [
      { type: 'section', text: plain(cut([title, text].filter(Boolean).join('\n'), 3_000)) },
      {
        type: 'context',
        elements: [plain(cut(where, 300)), { type: 'mrkdwn', text: `<${escaped(url)}|Look at it on GitHub>` }],
      },
    ],
  };
}

/**
 * An Adaptive Card in a message, as incoming webhooks and the workflows that replace them take it. A TextBlock reads a part
 * of Markdown (links, emphasis, lists) and `<at>` for mentions.
 */
function teamsForm({ title, text, url, where }: Shown): object {
  const block = (words: string, style: object = {}) => ({
    type: 'TextBlock',
    text: escapeMarks(words),
    wrap: true,
    ...style,
  });
  return {
    type: 'message',
    attachments: [
      {
        contentType: 'application/vnd.microsoft.card.adaptive',
        contentUrl: null,
        content: {
          $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
          type: 'AdaptiveCard',
          version: '1.4',
          body: [
            block(title, { weight: 'Bolder' }),
            ...(text === '' ? [] : [block(text)]),
            block(where, { isSubtle: true, size: 'Small' }),
          ],
          actions: [{ type: 'Action.OpenUrl', title: 'Look at it on GitHub', url }],
        },
      },
    ],
  };
}

/** Nobody is mentioned, whatever the words are: https://docs.discord.com/developers/resources/message#allowed-mentions-object */
function discordForm({ title, text, url, where }: Shown): object {
  return {
    content: '',
    allowed_mentions: { parse: [] },
    embeds: [
      {
        title: cut(escapeMarks(title), 256),
        ...(text === '' ? {} : { description: cut(escapeMarks(text), 2_000) }),
        url,
        footer: { text: cut(where, 200) },
      },
    ],
  };
}

/** Marks of Markdown, with a sign before each that takes its meaning; of tags and mentions the first sign is another one. */
function escapeMarks(text: string): string {
  return text
    .replace(/[\\`*_~[\]()|>#!-]/g, '\\$&')
    .replaceAll('<', '‹')
    .replaceAll('@', '@\u200b')
    .replace(/(https?):/gi, '$1\u200b:');
}

function cut(text: string, longest: number): string {
  return text.length <= longest ? text : `${text.slice(0, longest - 1)}…`;
}
