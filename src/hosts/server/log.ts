import { getTransformStream } from '@probot/pino';
import { pino } from 'pino';
import type { LogSettings } from './settings.ts';

/**
 * The log of the server, on its standard output, as Probot's own but for errors: those of webhooks and requests carry
 * whole payloads and bodies, which are texts of strangers.
 */
export async function createLog({ level, format }: LogSettings): Promise<pino.Logger> {
  const transform = await getTransformStream({ logFormat: format, logLevelInString: true });
  const output = pino.destination(1);
  transform.on('data', (line) => output.write(line));
  return pino({ level, name: 'agent-waves', messageKey: 'msg', serializers: { err: plainError } }, transform);
}

function plainError(error: unknown): object {
  if (!(error instanceof Error)) return { message: String(error) };
  // The message and the stack tell of causes as well.
  const { type, message, stack, status, code } = pino.stdSerializers.err(error);
  return { type, message, stack, status, code };
}
