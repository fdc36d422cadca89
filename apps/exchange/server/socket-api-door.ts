/**
 * The WebSocket API: the same operations as over REST, one request a text frame, with sessions and (on
 * spot) subscriptions to private events.
 */
import type {
  OpenSocket,
  Operation,
  OutgoingLine,
  SocketDoor,
} from '#apps/exchange/api/operation.ts';
import { SocketApiConnection, type SocketApiOptions } from './socket-api-connection.ts';
import { parseTimeUnit } from './time-unit.ts';

export class SocketApiDoor implements SocketDoor {
  readonly kind = 'API';
  private readonly options: SocketApiOptions;
  private readonly methods: ReadonlyMap<string, Operation>;
  private readonly connections = new Set<SocketApiConnection>();

  /** Throws a RangeError when two operations have the same method name. */
  constructor(options: SocketApiOptions) {
    this.options = options;
    const methods = new Map<string, Operation>();
    for (const operation of options.operations) {
      const { socketMethod } = operation;
      if (socketMethod === null) continue;
      if (methods.has(socketMethod)) throw new RangeError(`served twice: ${socketMethod}`);
      methods.set(socketMethod, operation);
    }
    this.methods = methods;
    options.accounts.onRevoked((key) => {
      for (const connection of this.connections) connection.onRevoked(key);
    });
  }

  serves(url: URL): boolean {
    return url.pathname === this.options.profile.socketApiPath;
  }

  /** Opening costs weight. Throws 429 or 418 when the address has none left, -1194 for a bad time unit. */
  open(
    line: OutgoingLine,
    url: URL,
    _headers: Readonly<Record<string, string | string[] | undefined>>,
    remoteAddress: string,
  ): OpenSocket {
    const { gate, profile } = this.options;
    const nowMicros = gate.nowMicros();
    gate.addresses.enter(remoteAddress, nowMicros);
    gate.addresses.addWeight(remoteAddress, profile.limits.handshakeWeight, nowMicros);
    const unit = parseTimeUnit(profile.hasTimeUnit ? url.searchParams.get('timeUnit') : null);
    const connection = new SocketApiConnection(this.options, this.methods, {
      line,
      address: remoteAddress,
      unit,
      returnsRateLimits: url.searchParams.get('returnRateLimits') !== 'false',
    });
    this.connections.add(connection);
    return {
      onText: (text) => connection.onText(text),
      onBinary: () => connection.onBinary(),
      onClose: () => {
        this.connections.delete(connection);
        connection.onClose();
      },
    };
  }
}
