/**
 * Who may look and who may act. Looking needs no sign-in on a loopback address only; acting always
 * needs the token. Host and Origin are checked, so that a web page elsewhere cannot reach a local
 * server through a name it rebinds, nor post to it from the user's own browser.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

const LOOPBACK_NAMES = ['127.0.0.1', 'localhost', '[::1]'];
const LOOPBACK_ADDRESSES: ReadonlySet<string> = new Set(['127.0.0.1', '::1', 'localhost']);

export class Access {
  /** True when everyone who reaches the server may look. */
  readonly isOpenToView: boolean;
  private readonly tokenHash: Buffer;
  private readonly host: string;
  private allowedHosts: ReadonlySet<string> = new Set();

  /** `host` is the address listened on. Throws a RangeError on a token too short to be a secret. */
  constructor(host: string, token: string) {
    if (token.length < 16) throw new RangeError('the operator token needs at least 16 characters');
    this.host = host;
    this.isOpenToView = LOOPBACK_ADDRESSES.has(host);
    this.tokenHash = digest(token);
  }

  /** The port is known once the server listens. */
  bindPort(port: number): void {
    const names = this.isOpenToView ? LOOPBACK_NAMES : [this.host];
    this.allowedHosts = new Set(names.map((name) => `${name}:${port}`));
  }

  /** False for a request by another name than ours, or from a page of another origin. */
  isOwnSite(hostHeader: string | undefined, originHeader: string | undefined): boolean {
    if (hostHeader === undefined || !this.allowedHosts.has(hostHeader.toLowerCase())) return false;
    if (originHeader === undefined) return true;
    const match = /^http:\/\/(.+)$/.exec(originHeader.toLowerCase());
    return match !== null && this.allowedHosts.has(match[1] ?? '');
  }

  /**
   * True for `Authorization: Bearer TOKEN`, or the WebSocket protocol `token.TOKEN`, which is the one
   * header a page can choose there. Takes the same time for every wrong token.
   */
  mayAct(headers: IncomingHttpHeaders): boolean {
    const bearer = /^Bearer (.+)$/.exec(headers.authorization ?? '');
    const protocol = /(?:^|,\s*)token\.([^,\s]+)/.exec(headers['sec-websocket-protocol'] ?? '');
    const token = bearer?.[1] ?? protocol?.[1];
    return token !== undefined && timingSafeEqual(digest(token), this.tokenHash);
  }
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
