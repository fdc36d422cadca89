/**
 * The socket as the connection needs it: as small as possible, so that the fault world can be one.
 * Real: over `ws`, below.
 */
import { WebSocket } from 'ws';

export interface WireSocket {
  sendText(text: string): void;
  ping(): void;
  /** Ends the socket at once; `onClosed` follows, in this call or later. */
  end(): void;
}

export interface SocketTarget {
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What a socket tells. After `onClosed` it tells nothing more. */
export interface SocketListener {
  onOpen(): void;
  /** The bytes are the listener's: nobody writes to them again. */
  onFrame(bytes: Buffer, isBinary: boolean): void;
  /** A ping arrived and was answered. */
  onPing(): void;
  onPong(): void;
  onClosed(reason: string): void;
}

export type SocketOpener = (target: SocketTarget, listener: SocketListener) => WireSocket;

const HANDSHAKE_MILLIS_MAX = 10_000;
/** Largest message taken. A depth snapshot of 5 000 levels a side has 0.4 MiB. */
const MESSAGE_SIZE_MAX = 8 * 1024 * 1024;

/** Opens a socket over `ws`: no compression, raw buffers, pings answered by the library. */
export const openWebSocket: SocketOpener = (target, listener) => {
  const socket = new WebSocket(target.url, {
    perMessageDeflate: false,
    skipUTF8Validation: true,
    maxPayload: MESSAGE_SIZE_MAX,
    handshakeTimeout: HANDSHAKE_MILLIS_MAX,
    ...(target.headers === undefined ? {} : { headers: { ...target.headers } }),
  });
  let trouble = '';
  socket.on('open', () => listener.onOpen());
  socket.on('message', (data, isBinary) => {
    // nodebuffer, the library's default: always a Buffer.
    listener.onFrame(data as Buffer, isBinary);
  });
  socket.on('ping', () => listener.onPing());
  socket.on('pong', () => listener.onPong());
  // An error is always followed by a close, which tells it.
  socket.on('error', (error) => {
    trouble = error.message;
  });
  socket.on('close', (code, reason) => {
    const words = [String(code), reason.toString('utf8'), trouble].filter((word) => word !== '');
    listener.onClosed(words.join(' '));
  });
  return {
    sendText: (text) => {
      if (socket.readyState === WebSocket.OPEN) socket.send(text);
    },
    ping: () => {
      if (socket.readyState === WebSocket.OPEN) socket.ping();
    },
    end: () => socket.terminate(),
  };
};
