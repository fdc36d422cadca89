/**
 * Goal: a busy port is known before a session is opened on it.
 * Method: a server of our own on a port the system picks.
 */
import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:net';
import { test } from 'node:test';
import { CliError, ExitCode } from './cli-error.ts';
import { assertPortFree } from './port-check.ts';

async function listening(): Promise<{ server: Server; port: number }> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  assert.ok(typeof address === 'object' && address !== null);
  return { server, port: address.port };
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
  });
}

test('a taken port is refused with its number and how to choose another; free again, it passes', async () => {
  const { server, port } = await listening();
  await assert.rejects(assertPortFree(port), (error) => {
    assert.ok(error instanceof CliError);
    assert.equal(error.exitCode, ExitCode.ENVIRONMENT);
    assert.equal(error.code, 'EADDRINUSE');
    assert.equal(error.where, `dashboard.port ${port}`);
    assert.match(error.message, /taken by another program/);
    assert.match(error.remedy, /--port/);
    return true;
  });
  await closed(server);
  await assertPortFree(port);
  await assertPortFree(port);
});

test('port zero is always free', async () => {
  await assertPortFree(0);
});
