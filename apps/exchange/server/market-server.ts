import type { Accounts } from '#apps/exchange/accounts/accounts.ts';
import type { MarketParts } from '#apps/exchange/api/exchange-services.ts';
import type { Faults } from '#apps/exchange/faults/faults.ts';
import { ListeningPort } from './listening-port.ts';
import type { MarketProfile } from './market-profile.ts';
import type { RequestGate } from './request-gate.ts';
import { RestDoor } from './rest-door.ts';
import { SocketApiDoor } from './socket-api-door.ts';
import { SocketShell } from './socket-shell.ts';
import type { UserDataHub } from './user-data-hub.ts';

export interface MarketServerOptions {
  readonly profile: MarketProfile;
  readonly gate: RequestGate;
  readonly accounts: Accounts;
  readonly faults: Faults;
  readonly parts: readonly MarketParts[];
  /** Null: no subscriptions to private events on the WebSocket API. */
  readonly userData: UserDataHub | null;
  /** 0: any free one. */
  readonly port: number;
  onProblem(error: unknown): void;
}

/** One market behind one port: REST, WebSocket API and every socket door, told apart by path. */
export class MarketServer {
  readonly sockets: SocketShell;
  readonly gate: RequestGate;
  private readonly port: ListeningPort;

  private constructor(port: ListeningPort, sockets: SocketShell, gate: RequestGate) {
    this.port = port;
    this.sockets = sockets;
    this.gate = gate;
  }

  /** Rejects with the system's error when the port is taken. */
  static async open(options: MarketServerOptions): Promise<MarketServer> {
    const { profile, gate, accounts, faults, parts, userData } = options;
    const onProblem = (error: unknown): void => options.onProblem(error);
    const operations = parts.flatMap((part) => part.operations);
    const rest = new RestDoor({ profile, gate, operations, faults, onProblem });
    const socketApi = new SocketApiDoor({
      profile,
      gate,
      accounts,
      operations,
      faults,
      userData,
      onProblem,
    });
    const doors = [socketApi, ...parts.flatMap((part) => part.doors)];
    const sockets = new SocketShell({ profile, doors, gate, faults, onProblem });
    const port = await ListeningPort.open({
      port: options.port,
      sockets,
      answer: (request) => rest.answer(request),
    });
    return new MarketServer(port, sockets, gate);
  }

  /** `127.0.0.1:43211`. */
  get authority(): string {
    return this.port.authority;
  }

  close(): Promise<void> {
    return this.port.close();
  }
}
