/** Bytes to a server of this machine as they are, and what it makes of them. */
import { connect } from 'node:net';
import { BrokenPromise } from './target.ts';

/** A server must have ended a connection by then whose client said all it will. */
const END_MILLIS_MAX = 3_000;
const ANSWER_SIZE_MAX = 1024 * 1024;

/**
 * Opens a connection, writes the bytes, says that nothing follows, and gives what came until the server ended
 * it: latin1. Throws a BrokenPromise when it does not end, or talks without end.
 */
export function sendRaw(port: number, bytes: Uint8Array): Promise<string> {
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    let size = 0;
    const socket = connect({ port, host: '127.0.0.1' });
    const timer = setTimeout(() => {
      socket.destroy();
      reject(new BrokenPromise(`the connection did not end in ${END_MILLIS_MAX} ms`));
    }, END_MILLIS_MAX);
    const end = (): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(Buffer.concat(parts).toString('latin1'));
    };
    socket.on('connect', () => socket.end(bytes));
    socket.on('data', (part) => {
      size += part.length;
      parts.push(part);
      if (size > ANSWER_SIZE_MAX) {
        clearTimeout(timer);
        socket.destroy();
        reject(new BrokenPromise(`more than ${ANSWER_SIZE_MAX} bytes of answer`));
      }
    });
    socket.on('close', end);
    // A server may cut who talks nonsense: that is an end too.
    socket.on('error', end);
  });
}

/** Status of an HTTP answer, 0 where none came. */
export function statusOf(answer: string): number {
  return Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? 0);
}
