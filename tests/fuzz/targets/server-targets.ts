/** Servers: raw requests and headers, handshakes and frames, over real sockets of this machine. */
import { type Dashboard, startDashboard } from '#apps/dashboard/server/dashboard.ts';
import { SampleSource } from '#apps/dashboard/server/sample-source.test-support.ts';
import { HTTP_REQUESTS } from '#tests/fuzz/corpus/http-requests.ts';
import { sendRaw, statusOf } from '#tests/fuzz/raw-socket.ts';
import { BrokenPromise, type Target, type TargetEntry, type Verdict } from '#tests/fuzz/target.ts';

const TOKEN = 'a-token-long-enough';
const PAGE = {
  failure: null,
  file: (path: string) =>
    path === 'index.html' || path.startsWith('assets/')
      ? { bytes: Buffer.from('<p>the page</p>'), contentType: 'text/html', isImmutable: false }
      : null,
  prepare: () => Promise.resolve(),
};

class PageServer implements Target {
  private readonly source: SampleSource;
  private readonly dashboard: Dashboard;
  private readonly port: string;

  constructor(source: SampleSource, dashboard: Dashboard) {
    this.source = source;
    this.dashboard = dashboard;
    this.port = new URL(dashboard.url).port;
  }

  async run(input: Uint8Array): Promise<Verdict> {
    const before = this.source.actions.length;
    const answer = await this.send(input);
    const status = statusOf(answer);
    if (status === 500) throw new BrokenPromise(`the server failed: ${answer.slice(-200)}`);
    if (this.source.actions.length > before && !Buffer.from(input).includes(`Bearer ${TOKEN}`)) {
      throw new BrokenPromise('somebody acted without the token');
    }
    return status > 0 && status < 400 ? 'ACCEPTED' : 'REFUSED';
  }

  async probe(): Promise<string> {
    const answer = await this.send(HTTP_REQUESTS[0] as Uint8Array);
    return `${statusOf(answer)} ${answer.slice(answer.indexOf('\r\n\r\n'))}`;
  }

  close(): Promise<void> {
    return this.dashboard.close();
  }

  private send(input: Uint8Array): Promise<string> {
    const text = Buffer.from(input).toString('latin1').replaceAll('PORT', this.port);
    return sendRaw(Number(this.port), Buffer.from(text, 'latin1'));
  }
}

export const SERVER_TARGETS: readonly TargetEntry[] = [
  {
    name: 'page-server',
    share: 0.5,
    form: 'TEXT',
    corpus: () => HTTP_REQUESTS,
    open: async () => {
      const source = new SampleSource();
      const options = { source, host: '127.0.0.1', port: 0, token: TOKEN, page: PAGE };
      return new PageServer(source, await startDashboard(options));
    },
  },
];
