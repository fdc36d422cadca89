/**
 * The checks every call passes, whichever door it came through: limits of its address, key, permission,
 * time, signature, order count. Then the operation runs.
 */
import type { Accounts, ApiKey } from '#apps/exchange/accounts/accounts.ts';
import { CallParameters } from '#apps/exchange/api/call-parameters.ts';
import type { Operation } from '#apps/exchange/api/operation.ts';
import type { RateLimitTable } from '#apps/exchange/api/rate-limit-table.ts';
import { type Json, VenueError } from '#apps/exchange/api/venue-error.ts';
import type { Faults } from '#apps/exchange/faults/faults.ts';
import { type EpochMicros, MICROS_PER_SECOND } from '#units/integers.ts';
import { AddressLimits, OrderLimits } from './rate-limits.ts';
import { checkRequestTime } from './request-time.ts';
import { isSignedBy } from './signatures.ts';
import { TrafficTally } from './traffic-tally.ts';

const CLOCK_JUMP_MICROS = 10 * MICROS_PER_SECOND;
const CLOCK_JUMP_LENGTH_MICROS = 2 * MICROS_PER_SECOND;
const BLOCK_LENGTH_MICROS = 2 * MICROS_PER_SECOND;
const BAN_LENGTH_MICROS = 3 * MICROS_PER_SECOND;

/** A call as a door understood it, nothing checked yet. */
export interface GateRequest {
  readonly door: 'REST' | 'WEBSOCKET';
  readonly operation: Operation;
  readonly parameters: ReadonlyMap<string, string>;
  readonly apiKey: string | undefined;
  readonly signature: string | undefined;
  /** The text that was signed, as it was sent. */
  signedText(): string;
  /** The key a WebSocket API session was logged on with; used when the request brings none. */
  readonly session: ApiKey | null;
  readonly address: string;
}

/** What a call came to. */
export interface GateAnswer {
  readonly body: Json;
  readonly nowMicros: EpochMicros;
  /** The account that asked, -1 when nobody in particular. */
  readonly accountId: number;
  /** The call may have counted on the account's order counters: the answer shows them. */
  readonly showsOrderCounts: boolean;
}

export interface RequestGateOptions {
  readonly accounts: Accounts;
  readonly limits: RateLimitTable;
  readonly faults: Faults;
  nowMicros(): EpochMicros;
}

export class RequestGate {
  readonly addresses: AddressLimits;
  readonly orders: OrderLimits;
  readonly limits: RateLimitTable;
  readonly traffic = new TrafficTally();
  private readonly accounts: Accounts;
  private readonly faults: Faults;
  private readonly clock: () => EpochMicros;
  private clockJumpedUntilMicros = 0;

  constructor(options: RequestGateOptions) {
    this.limits = options.limits;
    this.addresses = new AddressLimits(options.limits);
    this.orders = new OrderLimits(options.limits);
    this.accounts = options.accounts;
    this.faults = options.faults;
    this.clock = () => options.nowMicros();
  }

  nowMicros(): EpochMicros {
    return this.clock();
  }

  /** Checks and runs one call. Throws VenueError: a refusal in the venue's words. */
  handle(request: GateRequest): GateAnswer {
    try {
      const answer = this.checked(request);
      const { rest, socketMethod } = request.operation;
      const path = rest === null ? '' : `${rest.method} ${rest.path}`;
      this.traffic.noteAnswer(request.door === 'REST' ? path : (socketMethod ?? ''));
      return answer;
    } catch (error) {
      if (error instanceof VenueError) this.traffic.noteRefusal(error.status, error.code);
      throw error;
    }
  }

  private checked(request: GateRequest): GateAnswer {
    const nowMicros = this.clock();
    const { operation, address } = request;
    this.strikeBefore(address, nowMicros);
    this.addresses.enter(address, nowMicros);
    const parameters = new CallParameters(request.parameters);
    const weight = operation.weight(parameters);
    if (!operation.freeWhenDone) this.addresses.addWeight(address, weight, nowMicros);
    try {
      return this.run(request, parameters, nowMicros);
    } catch (error) {
      if (operation.freeWhenDone) this.addresses.chargeWeight(address, weight, nowMicros);
      throw error;
    }
  }

  /** Key, permission, time and signature of a signed request. Throws VenueError. */
  authenticate(request: GateRequest, parameters: CallParameters, nowMicros: EpochMicros): ApiKey {
    const isSession = request.apiKey === undefined && request.session !== null;
    const key = isSession ? (request.session as ApiKey) : this.keyOf(request);
    if (request.operation.security === 'SIGNED') {
      checkRequestTime(parameters, this.checkedTime(nowMicros));
      if (!isSession) checkSignature(request, key);
    }
    const { readOnly } = request.operation;
    if (!key.permissions.has(readOnly ? 'READ' : 'TRADE')) throw badKey();
    return key;
  }

  private run(
    request: GateRequest,
    parameters: CallParameters,
    nowMicros: EpochMicros,
  ): GateAnswer {
    const { operation, door } = request;
    let accountId = -1;
    let apiKey = '';
    if (operation.security !== 'NONE') {
      const key = this.authenticate(request, parameters, nowMicros);
      accountId = key.accountId;
      apiKey = key.apiKey;
      if (operation.security === 'SIGNED' && this.faults.strikes('REFUSED_OVERLOAD')) {
        throw new VenueError(
          503,
          -1008,
          'Server is currently overloaded with other requests. Please try again in a few minutes.',
        );
      }
    }
    const orders = operation.orders(parameters);
    const isCounted = typeof orders === 'number' ? orders > 0 : true;
    if (isCounted) this.orders.take(accountId, orders, nowMicros);
    try {
      const body = operation.run({ door, parameters, accountId, apiKey, nowMicros });
      const showsOrderCounts = accountId >= 0 && !operation.readOnly;
      return { body, nowMicros, accountId, showsOrderCounts };
    } catch (error) {
      if (isCounted) this.orders.giveBack(accountId, orders, nowMicros);
      throw error;
    }
  }

  private keyOf(request: GateRequest): ApiKey {
    const { apiKey, door } = request;
    if (apiKey === undefined || apiKey === '') {
      if (door === 'REST') throw new VenueError(401, -2014, 'API-key format invalid.');
      throw new VenueError(
        401,
        -1193,
        'The session is not authenticated and the request brings no apiKey and signature.',
      );
    }
    if (!/^[\w-]{1,256}$/.test(apiKey)) throw new VenueError(401, -2014, 'API-key format invalid.');
    const key = this.accounts.keyOf(apiKey);
    if (key === undefined) throw badKey();
    if (key.addresses.length > 0 && !key.addresses.includes(request.address)) throw badKey();
    return key;
  }

  /** The time that stamps are held against: off by ten seconds while the fault lasts. */
  private checkedTime(nowMicros: EpochMicros): number {
    if (this.faults.strikes('CLOCK_JUMP')) {
      this.clockJumpedUntilMicros = nowMicros + CLOCK_JUMP_LENGTH_MICROS;
    }
    return nowMicros < this.clockJumpedUntilMicros ? nowMicros + CLOCK_JUMP_MICROS : nowMicros;
  }

  private strikeBefore(address: string, nowMicros: EpochMicros): void {
    if (this.faults.strikes('RATE_LIMITED')) {
      this.addresses.block(address, nowMicros + BLOCK_LENGTH_MICROS, false);
    }
    if (this.faults.strikes('BANNED')) {
      this.addresses.block(address, nowMicros + BAN_LENGTH_MICROS, true);
    }
  }
}

function checkSignature(request: GateRequest, key: ApiKey): void {
  if (request.signature === undefined || request.signature === '') {
    throw new VenueError(
      400,
      -1102,
      "Mandatory parameter 'signature' was not sent, was empty/null, or malformed.",
    );
  }
  if (!isSignedBy(key, request.signedText(), request.signature)) {
    throw new VenueError(400, -1022, 'Signature for this request is not valid.');
  }
}

function badKey(): VenueError {
  return new VenueError(401, -2015, 'Invalid API-key, IP, or permissions for action.');
}
