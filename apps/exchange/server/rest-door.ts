/** REST: finds the operation of a request, has it checked and run, and words the answer. */
import type { Operation } from '#apps/exchange/api/operation.ts';
import { AnswerLost, type Json, VenueError } from '#apps/exchange/api/venue-error.ts';
import type { Faults } from '#apps/exchange/faults/faults.ts';
import { withUnknownField } from '#apps/exchange/faults/unknown-field.ts';
import { readForm } from './form-parameters.ts';
import type { MarketProfile } from './market-profile.ts';
import { headerSuffix, retryAfterSeconds } from './rate-limits.ts';
import type { GateAnswer, GateRequest, RequestGate } from './request-gate.ts';
import { withoutSignature } from './signatures.ts';
import { answerInMicros, parseTimeUnit } from './time-unit.ts';

const SLOW_ANSWER_MILLIS_MAX = 2_000;

/** A request as it came, its body read whole. */
export interface RestRequest {
  readonly method: string;
  /** Path and query exactly as sent. */
  readonly target: string;
  readonly body: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly address: string;
}

export interface RestAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Faults: wait this long before it is sent; true: cut the connection in its place. */
  readonly delayMillis: number;
  readonly isLost: boolean;
}

export interface RestDoorOptions {
  readonly profile: MarketProfile;
  readonly gate: RequestGate;
  readonly operations: readonly Operation[];
  readonly faults: Faults;
  /** Told of errors that are ours: the caller only hears -1000. */
  onProblem(error: unknown): void;
}

export class RestDoor {
  private readonly options: RestDoorOptions;
  private readonly routes = new Map<string, Map<string, Operation>>();

  /** Throws a RangeError when two operations have the same method and path. */
  constructor(options: RestDoorOptions) {
    this.options = options;
    for (const operation of options.operations) {
      if (operation.rest === null) continue;
      const { method, path } = operation.rest;
      const methods = this.routes.get(path) ?? new Map<string, Operation>();
      if (methods.has(method)) throw new RangeError(`served twice: ${method} ${path}`);
      methods.set(method, operation);
      this.routes.set(path, methods);
    }
  }

  answer(request: RestRequest): RestAnswer {
    const at = request.target.indexOf('?');
    const path = at < 0 ? request.target : request.target.slice(0, at);
    const query = at < 0 ? '' : request.target.slice(at + 1);
    const methods = this.routes.get(path);
    const operation = methods?.get(request.method);
    if (operation === undefined) return this.unknownPath(request.method, path, methods);
    return this.served(request, operation, query);
  }

  private served(request: RestRequest, operation: Operation, query: string): RestAnswer {
    const { gate } = this.options;
    const headers: Record<string, string> = { 'content-type': 'application/json;charset=UTF-8' };
    const outcome = this.work(request, operation, query, headers);
    const used = gate.addresses.usedWeight(request.address, gate.nowMicros());
    headers[`x-mbx-used-weight-${headerSuffix(gate.limits.weight).toLowerCase()}`] = String(used);
    if (this.options.profile.name === 'spot') headers['x-mbx-used-weight'] = String(used);
    return { ...outcome, headers, delayMillis: this.delay(operation) };
  }

  /** Checks and runs; adds what the answer's headers must say. */
  private work(
    request: RestRequest,
    operation: Operation,
    query: string,
    headers: Record<string, string>,
  ): { readonly status: number; readonly body: string; readonly isLost: boolean } {
    const { gate, faults, profile } = this.options;
    try {
      const unit = this.timeUnit(request);
      const answer = gate.handle(gateRequest(request, operation, query));
      this.showOrderCounts(answer, headers);
      const isChange = operation.security === 'SIGNED' && !operation.readOnly;
      if (isChange && faults.strikes('ANSWER_LOST')) throw new AnswerLost('cut by a fault');
      if (isChange && faults.strikes('ANSWER_UNKNOWN')) throw profile.unknownOutcome();
      const body = unit === 'MICROSECOND' ? answerInMicros(answer.body) : answer.body;
      const text = JSON.stringify(body);
      const isStrange = isChange && faults.strikes('UNKNOWN_FIELD');
      return { status: 200, body: isStrange ? withUnknownField(text) : text, isLost: false };
    } catch (error) {
      const refusal = this.asRefusal(error);
      if (refusal === null) return { status: 500, body: '', isLost: true };
      const wait = retryAfterSeconds(refusal, gate.nowMicros());
      if (wait !== undefined) headers['retry-after'] = String(wait);
      return { status: refusal.status, body: JSON.stringify(errorBody(refusal)), isLost: false };
    }
  }

  private delay(operation: Operation): number {
    const { faults } = this.options;
    const isSlow = operation.security !== 'NONE' && faults.strikes('SLOW_ANSWER');
    return isSlow ? faults.draw(SLOW_ANSWER_MILLIS_MAX) : 0;
  }

  private timeUnit(request: RestRequest): 'MILLISECOND' | 'MICROSECOND' {
    if (!this.options.profile.hasTimeUnit) return 'MILLISECOND';
    const header = request.headers['x-mbx-time-unit'];
    return parseTimeUnit(typeof header === 'string' ? header : undefined);
  }

  private showOrderCounts(answer: GateAnswer, headers: Record<string, string>): void {
    if (!answer.showsOrderCounts) return;
    const { orders } = this.options.gate;
    for (const row of orders.counts(answer.accountId, answer.nowMicros)) {
      headers[`x-mbx-order-count-${headerSuffix(row).toLowerCase()}`] = String(row.count);
    }
  }

  /** Null: the answer is lost on purpose. */
  private asRefusal(error: unknown): VenueError | null {
    if (error instanceof VenueError) return error;
    if (error instanceof AnswerLost) return null;
    this.options.onProblem(error);
    return new VenueError(500, -1000, 'An unknown error occurred while processing the request.');
  }

  private unknownPath(
    method: string,
    path: string,
    methods: ReadonlyMap<string, Operation> | undefined,
  ): RestAnswer {
    const isSpot = this.options.profile.name === 'spot';
    const body = isSpot
      ? '<html><head><title>404 Not Found</title></head><body><h1>404 Not Found</h1></body></html>'
      : JSON.stringify({ code: -5000, msg: `Path ${path}, Method ${method} is invalid` });
    return {
      status: methods !== undefined && isSpot ? 405 : 404,
      headers: { 'content-type': isSpot ? 'text/html' : 'application/json;charset=UTF-8' },
      body,
      delayMillis: 0,
      isLost: false,
    };
  }
}

function gateRequest(request: RestRequest, operation: Operation, query: string): GateRequest {
  const parameters = new Map<string, string>();
  readForm(query, parameters);
  readForm(request.body, parameters);
  const signature = parameters.get('signature');
  parameters.delete('signature');
  const apiKey = request.headers['x-mbx-apikey'];
  return {
    door: 'REST',
    operation,
    parameters,
    apiKey: typeof apiKey === 'string' ? apiKey : undefined,
    signature,
    signedText: () => withoutSignature(query) + withoutSignature(request.body),
    session: null,
    address: request.address,
  };
}

/** Over REST the time to wait stands in a header, not in the body. */
function errorBody(error: VenueError): Json {
  const data = error.data;
  const isWait = typeof data === 'object' && data !== null && 'retryAfter' in data;
  if (data === undefined || isWait) return { code: error.code, msg: error.message };
  return { code: error.code, msg: error.message, data };
}
