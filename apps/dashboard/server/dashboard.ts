/**
 * The live page's server: the built page, one WebSocket, health, metrics and the operator's words.
 * It reads a `DashboardSource` and never blocks the engine.
 */
import websocket from '@fastify/websocket';
import Fastify, {
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
} from 'fastify';
import { z } from 'zod';
import type { ApiError } from '#apps/dashboard/protocol.ts';
import { Access } from './access.ts';
import type { DashboardSource } from './dashboard-source.ts';
import { LiveFeed } from './live-feed.ts';
import {
  PageBuild,
  type PageFiles,
  WAITING_SCRIPT,
  WAITING_SCRIPT_NAME,
  waitingPage,
} from './page-build.ts';

export interface DashboardOptions {
  readonly source: DashboardSource;
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** What an operator must show to act: at least 16 characters. */
  readonly token: string;
  /** The page's files; the project's own by default. */
  readonly page?: PageFiles;
}

export interface Dashboard {
  /** Where to look, like "http://127.0.0.1:8080". */
  readonly url: string;
  /** Where to look and act: the same with the token behind a `#`, which no server ever sees. */
  readonly operatorUrl: string;
  /** Settles when the page's files are ready or will never be: the rest works before. */
  readonly pageReady: Promise<void>;
  close(): Promise<void>;
}

/** The dashboard could not start. */
export class DashboardError extends Error {
  override readonly name = 'DashboardError';
  readonly code: string;
  readonly where: string;
  readonly remedy: string;

  constructor(
    details: { code: string; message: string; where: string; remedy: string },
    options: ErrorOptions,
  ) {
    super(details.message, options);
    this.code = details.code;
    this.where = details.where;
    this.remedy = details.remedy;
  }
}

/** Nothing an operator says is longer. */
const BODY_SIZE_MAX = 1_024;
/** Pages send nothing; a reader that does is not one of ours. */
const MESSAGE_SIZE_MAX = 1_024;

const SECURITY_HEADERS = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
};

/** Served to anybody by the right name: they hold nothing of the session. */
const PUBLIC_PATHS: ReadonlySet<string> = new Set(['/', `/${WAITING_SCRIPT_NAME}`]);

const operatorRequest = z.strictObject({
  action: z.enum(['PULL_ALL', 'PULL_BIDS', 'PULL_ASKS', 'HEDGE_ONLY', 'STOP', 'RESUME']),
  confirm: z.boolean().optional(),
});

/**
 * Starts to listen and resolves; the page is built behind it when needed. Throws a DashboardError
 * with the code of the system (EADDRINUSE, EACCES) that names the port and the remedy.
 */
export async function startDashboard(options: DashboardOptions): Promise<Dashboard> {
  const { source, host, token } = options;
  const access = new Access(host, token);
  const page = options.page ?? new PageBuild();
  const feed = new LiveFeed(source);
  const server = Fastify({ logger: false, bodyLimit: BODY_SIZE_MAX, forceCloseConnections: true });
  await server.register(websocket, {
    options: { maxPayload: MESSAGE_SIZE_MAX, perMessageDeflate: false },
  });
  server.setErrorHandler(explain);
  guard(server, access);
  await server.register(async (routes) => {
    serveLive(routes, feed);
    serveStatus(routes, source);
    serveOperator(routes, source, access);
    servePage(routes, page);
  });
  await listen(server, host, options.port);
  const address = server.server.address();
  const port = typeof address === 'object' && address !== null ? address.port : options.port;
  access.bindPort(port);
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
  return {
    url,
    operatorUrl: `${url}/#token=${encodeURIComponent(token)}`,
    pageReady: page.prepare(),
    close: async () => {
      feed.close();
      await server.close();
    },
  };
}

/** Every request: by our own name, from our own page; off loopback with the token. */
function guard(server: FastifyInstance, access: Access): void {
  server.addHook('onRequest', async (request, reply) => {
    reply.headers(SECURITY_HEADERS);
    const { host, origin } = request.headers;
    if (!access.isOwnSite(host, origin)) {
      return refuse(reply, 403, {
        code: 'FOREIGN_SITE',
        message: 'this server answers only under its own name and to its own page',
        where: `Host ${host ?? '(none)'}, Origin ${origin ?? '(none)'}`,
        remedy: 'open the address that was printed at the start',
      });
    }
    const isAsset = PUBLIC_PATHS.has(request.url) || request.url.startsWith('/assets/');
    if (access.isOpenToView || isAsset || access.mayAct(request.headers)) return;
    return refuse(reply, 401, NEEDS_TOKEN(request.url));
  });
}

const NEEDS_TOKEN = (where: string): ApiError['error'] => ({
  code: 'TOKEN_WANTED',
  message: 'this needs the operator token',
  where,
  remedy: 'open the address with #token=... that was printed at the start',
});

function refuse(reply: FastifyReply, status: number, error: ApiError['error']): FastifyReply {
  return reply.code(status).send({ error } satisfies ApiError);
}

/** What fastify itself refuses, in the same shape as our own refusals. A fault of ours says no more. */
function explain(error: FastifyError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const status = error.statusCode ?? 500;
  const isOurs = status >= 500;
  return refuse(reply, status, {
    code: isOurs ? 'INTERNAL' : error.code,
    message: isOurs ? 'the server failed to answer' : error.message,
    where: `${request.method} ${request.url}`,
    remedy: isOurs ? 'see the log of the program' : 'send JSON like {"action":"PULL_ALL"}',
  });
}

function serveLive(routes: FastifyInstance, feed: LiveFeed): void {
  routes.get('/live', { websocket: true }, (socket) => feed.add(socket));
}

function serveStatus(routes: FastifyInstance, source: DashboardSource): void {
  routes.get('/health', async (_request, reply) => {
    const { health, atMicros } = source.state();
    const status = health.status.toLowerCase();
    const { score, killReason, reasons } = health;
    return reply
      .code(health.status === 'CRITICAL' ? 503 : 200)
      .send({ status, score, killReason, reasons, atMicros });
  });
  routes.get('/metrics', async (_request, reply) =>
    reply.type('text/plain; version=0.0.4; charset=utf-8').send(await source.metricsText()),
  );
  routes.get<{ Params: { orderId: string } }>('/api/chain/:orderId', async (request, reply) => {
    const chain = source.chain(Number(request.params.orderId));
    if (chain !== null) return reply.send(chain);
    return refuse(reply, 404, {
      code: 'ORDER_FORGOTTEN',
      message: `order ${request.params.orderId} is not remembered`,
      where: request.url,
      remedy: 'the last few thousand orders are kept; older ones are in the session journal',
    });
  });
}

function serveOperator(routes: FastifyInstance, source: DashboardSource, access: Access): void {
  routes.post('/api/operator', async (request, reply) => {
    if (!access.mayAct(request.headers)) {
      return refuse(reply, 401, NEEDS_TOKEN(request.url));
    }
    const parsed = operatorRequest.safeParse(request.body);
    if (!parsed.success) {
      return refuse(reply, 400, {
        code: 'BAD_REQUEST',
        message: z.prettifyError(parsed.error),
        where: 'body of POST /api/operator',
        remedy: 'send JSON like {"action":"PULL_ALL"}',
      });
    }
    const { action, confirm } = parsed.data;
    if (action === 'RESUME' && confirm !== true) {
      return refuse(reply, 409, {
        code: 'CONFIRM_WANTED',
        message: 'RESUME adds risk and needs "confirm": true',
        where: 'body of POST /api/operator',
        remedy: 'send {"action":"RESUME","confirm":true}',
      });
    }
    source.operator(action);
    return reply.send({ accepted: action, operator: source.state().operator });
  });
}

function servePage(routes: FastifyInstance, page: PageFiles): void {
  routes.get(`/${WAITING_SCRIPT_NAME}`, async (_request, reply) =>
    reply.type('text/javascript; charset=utf-8').send(WAITING_SCRIPT),
  );
  routes.get('/*', async (request, reply) => {
    const path = (request.url.split(/[?#]/)[0] ?? '/').slice(1);
    const name = path === '' ? 'index.html' : path;
    const file = page.file(name);
    if (file !== null) {
      reply.header(
        'cache-control',
        file.isImmutable ? 'public, max-age=31536000, immutable' : 'no-cache',
      );
      return reply.type(file.contentType).send(file.bytes);
    }
    if (name === 'index.html') {
      reply
        .header('cache-control', 'no-store')
        .header('x-page', page.failure === null ? 'building' : 'failed');
      return reply.type('text/html; charset=utf-8').send(waitingPage(page.failure));
    }
    return refuse(reply, 404, {
      code: 'NOT_FOUND',
      message: `there is no ${request.url}`,
      where: request.url,
      remedy: 'the page is at /, machines ask /health and /metrics',
    });
  });
}

async function listen(server: FastifyInstance, host: string, port: number): Promise<void> {
  try {
    await server.listen({ host, port });
  } catch (error) {
    await server.close();
    const code = (error as { code?: unknown }).code;
    const known = typeof code === 'string' ? LISTEN_PROBLEMS[code] : undefined;
    if (typeof code !== 'string' || known === undefined) throw error;
    const where = `${host}:${port}`;
    const message = `port ${port} on ${host} ${known.problem}`;
    throw new DashboardError({ code, message, where, remedy: known.remedy }, { cause: error });
  }
}

/** What a system's refusal to listen means, by its code. */
const LISTEN_PROBLEMS: Readonly<Record<string, { problem: string; remedy: string }>> = {
  EADDRINUSE: {
    problem: 'is already in use',
    remedy: 'stop the other program, or choose another port with --port N (0 picks a free one)',
  },
  EACCES: {
    problem: 'may not be used by this user',
    remedy: 'choose a port above 1023 with --port N',
  },
  EADDRNOTAVAIL: {
    problem: 'is not an address of this machine',
    remedy: 'use 127.0.0.1',
  },
};
