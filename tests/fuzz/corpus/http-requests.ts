/** Raw requests to the page's server, handshakes with frames behind them among them. PORT stands for its port. */
const GET = (path: string, more = ''): string =>
  `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\nConnection: close\r\n${more}\r\n`;
const POST = (body: string, more = ''): string =>
  `POST /api/operator HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\nAuthorization: Bearer a-token-long-enough\r\n${more}\r\n${body}`;
const HANDSHAKE =
  'GET /live HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n';

/** A masked frame of a client: the mask is zero, so the payload stands as it is. */
function frame(opcode: number, payload: string): string {
  const bytes = Buffer.from(payload, 'latin1');
  const head = [0x80 | opcode, 0x80 | bytes.length, 0, 0, 0, 0];
  return Buffer.concat([Buffer.from(head), bytes]).toString('latin1');
}

const CLOSE = frame(8, '\x03\xe8');

export const HTTP_REQUESTS = [
  GET('/'),
  GET('/health'),
  GET('/metrics', 'Accept-Encoding: gzip, br\r\n'),
  GET('/assets/a.js?x=%41&y=..%2f..%2fetc', 'If-None-Match: "x"\r\nRange: bytes=0-10\r\n'),
  POST('{"action":"PULL_ALL","confirm":true}'),
  POST('{"action":"RESUME"}', 'Expect: 100-continue\r\n'),
  'POST /api/operator HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\nConnection: close\r\nContent-Type: application/json\r\nAuthorization: Bearer a-token-long-enough\r\nTransfer-Encoding: chunked\r\n\r\n15\r\n{"action":"PULL_ASKS"\r\n1\r\n}\r\n0\r\n\r\n',
  `${HANDSHAKE}${frame(9, 'ping')}${CLOSE}`,
  `${HANDSHAKE}${frame(1, '{"x":1}')}${CLOSE}`,
].map((text) => Buffer.from(text, 'latin1'));
