/** What a simulated socket and a simulated HTTP exchange look like, in the shapes that connectors take. */

/** Where a client wants to go. */
export interface DialedAddress {
  readonly url: string;
}

/** What a socket tells its client. After `onClosed` it tells nothing more. */
export interface SocketEar {
  onOpen(): void;
  onFrame(bytes: Buffer, isBinary: boolean): void;
  onPing(): void;
  onPong(): void;
  onClosed(reason: string): void;
}

/** A client's end of a socket. */
export interface SocketHandle {
  sendText(text: string): void;
  ping(): void;
  end(): void;
}

/** An answer over HTTP; names of headers in lower case. */
export interface HttpReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

/** Tells a request what became of it. Called once at most: a lost answer never calls it. */
export type Reply = (status: number, body: unknown) => void;
