/** One connection of the WebSocket API: its session, its subscriptions, its requests. */
import type { Accounts, ApiKey } from '#apps/exchange/accounts/accounts.ts';
import type { CallParameters } from '#apps/exchange/api/call-parameters.ts';
import type { Call, Operation, OutgoingLine } from '#apps/exchange/api/operation.ts';
import { AnswerLost, type Json, VenueError } from '#apps/exchange/api/venue-error.ts';
import type { Faults } from '#apps/exchange/faults/faults.ts';
import { MICROS_PER_MILLI } from '#units/integers.ts';
import type { MarketProfile } from './market-profile.ts';
import type { GateAnswer, GateRequest, RequestGate } from './request-gate.ts';
import { socketSignedText } from './signatures.ts';
import {
  BadFrame,
  parseSocketRequest,
  type RequestId,
  type SocketRequest,
} from './socket-request.ts';
import { answerInMicros, type TimeUnit } from './time-unit.ts';
import { ConnectionSubscriptions, type UserDataHub } from './user-data-hub.ts';

const SESSION_WEIGHT = 2;
const SLOW_ANSWER_MILLIS_MAX = 2_000;
const UNSUPPORTED_DATA = 1003;
const SERVER_ERROR = 1011;

export interface SocketApiOptions {
  readonly profile: MarketProfile;
  readonly gate: RequestGate;
  readonly accounts: Accounts;
  readonly operations: readonly Operation[];
  readonly faults: Faults;
  /** Null: this market's private events come another way. */
  readonly userData: UserDataHub | null;
  onProblem(error: unknown): void;
}

export interface ConnectionFacts {
  readonly line: OutgoingLine;
  readonly address: string;
  readonly unit: TimeUnit;
  readonly returnsRateLimits: boolean;
}

export class SocketApiConnection {
  private readonly options: SocketApiOptions;
  private readonly methods: ReadonlyMap<string, Operation>;
  private readonly own: ReadonlyMap<string, Operation>;
  private readonly facts: ConnectionFacts;
  private readonly subscriptions: ConnectionSubscriptions | null;
  private readonly connectedSince: number;
  private session: ApiKey | null = null;
  private authorizedSince: number | null = null;
  private isClosed = false;

  constructor(
    options: SocketApiOptions,
    methods: ReadonlyMap<string, Operation>,
    facts: ConnectionFacts,
  ) {
    this.options = options;
    this.methods = methods;
    this.facts = facts;
    this.connectedSince = this.nowMillis();
    const { userData } = options;
    this.subscriptions =
      userData === null
        ? null
        : new ConnectionSubscriptions(userData, facts.unit, (frame) => facts.line.send(frame));
    this.own = this.ownMethods();
  }

  onText(text: string): void {
    let request: SocketRequest;
    try {
      request = parseSocketRequest(text);
    } catch (error) {
      if (!(error instanceof BadFrame)) throw error;
      const refusal = new VenueError(400, error.code, error.message);
      this.answer(error.id, this.refused(refusal), null, true, 0);
      return;
    }
    this.work(request);
  }

  onBinary(): void {
    this.facts.line.close(UNSUPPORTED_DATA, 'Requests are text frames');
  }

  onClose(): void {
    this.isClosed = true;
    this.subscriptions?.close();
  }

  /** The key died while it was in use: the session is over. */
  onRevoked(key: ApiKey): void {
    if (this.session?.apiKey !== key.apiKey) return;
    this.endSession();
    this.facts.line.send(
      JSON.stringify({
        id: null,
        status: 401,
        error: { code: -2015, msg: 'Invalid API-key, IP, or permissions for action.' },
      }),
    );
  }

  private work(request: SocketRequest): void {
    const { faults } = this.options;
    const wantsLimits = this.wantsRateLimits(request.parameters);
    const operation = this.own.get(request.method) ?? this.methods.get(request.method);
    if (operation === undefined) {
      const refusal = new VenueError(400, -1000, `Unknown method '${request.method}'.`);
      this.answer(request.id, this.refused(refusal), null, wantsLimits, 0);
      return;
    }
    const isSlow = operation.security !== 'NONE' && faults.strikes('SLOW_ANSWER');
    const delayMillis = isSlow ? faults.draw(SLOW_ANSWER_MILLIS_MAX) : 0;
    try {
      const answer = this.run(request, operation);
      const result = this.facts.unit === 'MICROSECOND' ? answerInMicros(answer.body) : answer.body;
      this.answer(request.id, { status: 200, result }, answer, wantsLimits, delayMillis);
    } catch (error) {
      if (error instanceof AnswerLost) {
        this.facts.line.close(SERVER_ERROR, 'Internal error');
        return;
      }
      this.answer(request.id, this.refused(this.asRefusal(error)), null, wantsLimits, delayMillis);
    }
  }

  private run(request: SocketRequest, operation: Operation): GateAnswer {
    const { gate, faults, profile } = this.options;
    const answer = gate.handle(this.gateRequest(request, operation));
    const isChange = operation.security === 'SIGNED' && !operation.readOnly;
    if (isChange && faults.strikes('ANSWER_LOST')) throw new AnswerLost('cut by a fault');
    if (isChange && faults.strikes('ANSWER_UNKNOWN')) throw profile.unknownOutcome();
    return answer;
  }

  private asRefusal(error: unknown): VenueError {
    if (error instanceof VenueError) return error;
    this.options.onProblem(error);
    return new VenueError(500, -1000, 'An unknown error occurred while processing the request.');
  }

  private gateRequest(request: SocketRequest, operation: Operation): GateRequest {
    const { parameters } = request;
    const signedText = socketSignedText(parameters);
    const apiKey = parameters.get('apiKey');
    const signature = parameters.get('signature');
    parameters.delete('apiKey');
    parameters.delete('signature');
    parameters.delete('returnRateLimits');
    return {
      door: 'WEBSOCKET',
      operation,
      parameters,
      apiKey,
      signature,
      signedText: () => signedText,
      session: this.session,
      address: this.facts.address,
    };
  }

  private wantsRateLimits(parameters: ReadonlyMap<string, string>): boolean {
    const asked = parameters.get('returnRateLimits');
    return asked === undefined ? this.facts.returnsRateLimits : asked === 'true';
  }

  private refused(error: VenueError): { readonly status: number; readonly error: Json } {
    const { code, message: msg, data } = error;
    return {
      status: error.status,
      error: data === undefined ? { code, msg } : { code, msg, data },
    };
  }

  private answer(
    id: RequestId,
    outcome: { readonly status: number; readonly result?: Json; readonly error?: Json },
    answer: GateAnswer | null,
    wantsLimits: boolean,
    delayMillis: number,
  ): void {
    const frame: Record<string, Json | undefined> = { id, ...outcome };
    if (wantsLimits) frame['rateLimits'] = this.rateLimits(answer);
    const text = JSON.stringify(frame);
    if (delayMillis === 0) {
      this.facts.line.send(text);
      return;
    }
    setTimeout(() => {
      if (!this.isClosed) this.facts.line.send(text);
    }, delayMillis);
  }

  private rateLimits(answer: GateAnswer | null): readonly Json[] {
    const { gate } = this.options;
    const nowMicros = answer?.nowMicros ?? gate.nowMicros();
    const weight = gate.addresses.weightRow(this.facts.address, nowMicros);
    if (answer === null || !answer.showsOrderCounts) return [weight];
    const orders = gate.orders.counts(answer.accountId, nowMicros);
    return [...orders.map((row): Json => ({ ...row })), weight];
  }

  /** The methods that belong to the connection itself. */
  private ownMethods(): ReadonlyMap<string, Operation> {
    const methods: Operation[] = [
      own('session.logon', 'SIGNED', (call) => this.logOn(call)),
      own('session.status', 'NONE', () => this.status()),
      own('session.logout', 'NONE', () => {
        this.endSession();
        return this.status();
      }),
    ];
    const { subscriptions } = this;
    if (subscriptions !== null) {
      methods.push(
        own('userDataStream.subscribe', 'NONE', () => {
          if (this.session === null) {
            throw new VenueError(401, -1193, 'The session is not authenticated: log on first.');
          }
          return { subscriptionId: subscriptions.subscribe(this.session.accountId, true) };
        }),
        own('userDataStream.subscribe.signature', 'SIGNED', (call) => ({
          subscriptionId: subscriptions.subscribe(call.accountId, false),
        })),
        own('userDataStream.unsubscribe', 'NONE', (call) => {
          subscriptions.unsubscribe(call.parameters.optionalInteger('subscriptionId'));
          return {};
        }),
        own('session.subscriptions', 'NONE', () => subscriptions.list()),
      );
    }
    return new Map(methods.map((method) => [method.socketMethod as string, method]));
  }

  private logOn(call: Call): Json {
    const key = this.options.accounts.keyOf(call.apiKey);
    if (key === undefined)
      throw new VenueError(401, -2015, 'Invalid API-key, IP, or permissions for action.');
    if (key.kind !== 'ED25519') {
      throw new VenueError(400, -2028, 'session.logon is only available for Ed25519 API keys.');
    }
    this.session = key;
    this.authorizedSince = this.nowMillis();
    return this.status();
  }

  private endSession(): void {
    this.session = null;
    this.authorizedSince = null;
    this.subscriptions?.endOfSession();
  }

  private status(): Json {
    const userDataStream =
      this.session !== null && this.subscriptions?.has(this.session.accountId) === true;
    return {
      apiKey: this.session?.apiKey ?? null,
      authorizedSince: this.authorizedSince,
      connectedSince: this.connectedSince,
      returnRateLimits: this.facts.returnsRateLimits,
      serverTime: this.nowMillis(),
      userDataStream,
    };
  }

  private nowMillis(): number {
    return Math.floor(this.options.gate.nowMicros() / MICROS_PER_MILLI);
  }
}

function own(
  socketMethod: string,
  security: Operation['security'],
  run: (call: Call) => Json,
): Operation {
  return {
    rest: null,
    socketMethod,
    security,
    readOnly: true,
    weight: (_parameters: CallParameters) => SESSION_WEIGHT,
    freeWhenDone: false,
    orders: () => 0,
    run,
    note: 'belongs to the connection',
  };
}
