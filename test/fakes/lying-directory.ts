import { createServer, type Server, type Socket } from 'node:net';
import { type SecureContext, TLSSocket } from 'node:tls';

const tlv = (tag: number, ...parts: Buffer[]): Buffer => {
  const content = Buffer.concat(parts);
  if (content.length > 127) throw new Error('this fake writes short messages only');
  return Buffer.concat([Buffer.from([tag, content.length]), content]);
};
const octets = (text = '') => tlv(0x04, Buffer.from(text));

/** An answer with a result code (RFC 4511, section 4.1.9). */
const answer = (tag: number) => (id: number, code: number, saying = '') => tlv(0x30, tlv(0x02, Buffer.from([id])), tlv(tag, tlv(0x0a, Buffer.from([code])), octets(), octets(saying)));

export const bindAnswer = answer(0x61);
export const extendedAnswer = answer(0x78);

/** The beginning of an answer that lets somebody in, which takes in the answer behind it as its end. */
export function swallowing(id: number, behind: Buffer): Buffer {
  const whole = bindAnswer(id, 0);
  const content = Buffer.concat([whole.subarray(2), behind]);
  return Buffer.concat([Buffer.from([0x30, content.length]), whole.subarray(2)]);
}

type Script = (socket: Socket, said: Buffer) => void;

/** A directory server that does what it is told: nothing, too much, or not what it should. */
export class LyingDirectory {
  /** Everything that came over the network as it is. */
  heard = Buffer.alloc(0);
  readonly #sockets = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    readonly port: number,
  ) {}

  /** @param script called with each piece that arrives, and with an empty one at the start */
  static async start(script: Script): Promise<LyingDirectory> {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const directory = new LyingDirectory(server, (server.address() as { port: number }).port);
    server.on('connection', (socket) => directory.#serve(socket, script));
    return directory;
  }

  #serve(socket: Socket, script: Script): void {
    this.#sockets.add(socket);
    socket.on('error', () => {});
    socket.on('data', (piece: Buffer) => {
      this.heard = Buffer.concat([this.heard, piece]);
      script(socket, piece);
    });
    script(socket, Buffer.alloc(0));
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

/** Goes on over TLS, once asked to; what comes then is for `script`. */
export function startTls(socket: Socket, context: SecureContext, script: Script): void {
  socket.removeAllListeners('data');
  const secure = new TLSSocket(socket, { isServer: true, secureContext: context });
  secure.on('error', () => {});
  secure.on('data', (piece: Buffer) => script(secure, piece));
}
