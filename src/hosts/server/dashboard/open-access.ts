import { answerText } from '../http-server.ts';
import type { Access } from './serve-dashboards.ts';

/** Names by which a machine calls itself. A page of somebody else that leads a name of its own here gets nothing. */
const OWN_NAMES = /^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d{1,5})?$/i;

/** For whoever is on this machine. The listener has to be one that nobody else reaches, nor anything that passes requests on. */
export const OPEN_ACCESS: Access = {
  isOpen: true,
  answer: async () => false,
  admit: async ({ headers }, response) => {
    if (OWN_NAMES.test(headers.host ?? '')) return { until: Number.POSITIVE_INFINITY };
    answerText(response, 403, 'This is for the machine that it runs on');
    return undefined;
  },
};
