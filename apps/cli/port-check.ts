import { createServer } from 'node:net';
import { CliError, ExitCode } from './cli-error.ts';

/**
 * Throws a CliError when nothing can listen on this port of 127.0.0.1. Asked before a session is
 * opened, so that a busy port leaves no session behind. Port 0 is always free.
 */
export async function assertPortFree(port: number): Promise<void> {
  if (port === 0) return;
  const server = createServer();
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen({ host: '127.0.0.1', port, exclusive: true }, resolve);
    });
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
    throw new CliError(
      {
        exitCode: ExitCode.ENVIRONMENT,
        code,
        message:
          code === 'EADDRINUSE'
            ? `port ${port} of 127.0.0.1 is taken by another program`
            : `port ${port} of 127.0.0.1 cannot be used (${code})`,
        where: `dashboard.port ${port}`,
        remedy:
          'end the other program, choose another port with --port (0 picks a free one), or use --no-dashboard',
      },
      { cause: error },
    );
  }
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
}
