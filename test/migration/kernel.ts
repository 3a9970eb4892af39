import { randomUUID } from 'node:crypto';
import WebSocket from 'ws';
import { until } from '../support/hub.js';
import type { MovingHub } from './moving-hub.js';

/** A kernel of bob's server, and the one connection that bob's notebook has to it. */
export class Kernel {
  readonly #replies = new Map<string, string>();
  closed = false;

  private constructor(
    private readonly id: string,
    private readonly socket: WebSocket,
  ) {
    socket.on('close', () => (this.closed = true));
    socket.on('message', (data) => {
      const { msg_type, content, parent_header } = JSON.parse(String(data)) as { msg_type: string; content: { text?: string }; parent_header: { msg_id?: string } };
      if (msg_type === 'stream') this.#replies.set(parent_header.msg_id ?? '', content.text ?? '');
    });
  }

  static async start(hub: MovingHub, token: string): Promise<Kernel> {
    const answer = await hub.request('POST', `${hub.base}/user/bob/api/kernels`, { token, body: {} });
    return Kernel.#connect(hub, token, ((await answer.json()) as { id: string }).id);
  }

  static async #connect(hub: MovingHub, token: string, id: string): Promise<Kernel> {
    const address = `${hub.base.replace('http', 'ws')}/user/bob/api/kernels/${id}/channels`;
    const socket = new WebSocket(address, { headers: { Authorization: `token ${token}` } });
    const kernel = new Kernel(id, socket);
    await until('the kernel is connected', () => socket.readyState === WebSocket.OPEN);
    return kernel;
  }

  /** The same kernel by a new connection, as a notebook does it that has lost the one it had. */
  again(hub: MovingHub, token: string): Promise<Kernel> {
    return Kernel.#connect(hub, token, this.id);
  }

  /** Runs Python. @returns what it printed */
  async run(code: string): Promise<string> {
    const id = randomUUID();
    const header = { msg_id: id, username: 'bob', session: 's', msg_type: 'execute_request', version: '5.3', date: new Date().toISOString() };
    const content = { code, silent: false, store_history: false, user_expressions: {}, allow_stdin: false, stop_on_error: true };
    this.socket.send(JSON.stringify({ header, parent_header: {}, metadata: {}, content, channel: 'shell', buffers: [] }));
    return until(`the kernel answers ${code}`, () => this.#replies.get(id)?.trim(), 60_000);
  }

  end(): void {
    this.socket.terminate();
  }
}
