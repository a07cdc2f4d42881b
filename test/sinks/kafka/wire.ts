/** A wire between clients and a broker that can be stopped, or cut, at any request: so a broker sees a stopped process, and a client a lost answer. */
import { createServer, connect, type AddressInfo, type Socket } from 'node:net';
import { atEnd } from '../../support/cleanup';

/** API keys of the requests of a commit, in their order. */
export const COMMIT = { AddPartitionsToTxn: 24, Produce: 0, AddOffsetsToTxn: 25, TxnOffsetCommit: 28, EndTxn: 26 } as const;

const CLIENT = 'evergen';

export class Line {
  private readonly sockets: Socket[] = [];
  private readonly held: (() => void)[] = [];
  /** At the first request of this kind. */
  private at: { api: number; act: 'hold' | 'lose'; reached: () => void } | null = null;
  private losing = false;

  /** Lets nothing pass from the first request of this kind on. Resolves when it is there. */
  holdAt(api: number): Promise<void> {
    return new Promise((reached) => (this.at = { api, act: 'hold', reached }));
  }

  /** Lets the first request of this kind pass, and cuts the connections in place of its answer. */
  loseAnswerTo(api: number): void {
    this.at = { api, act: 'lose', reached: () => undefined };
  }

  release(): void {
    this.at = null;
    for (const go of this.held.splice(0)) go();
  }

  add(client: Socket, broker: Socket): void {
    this.sockets.push(client, broker);
    let received = Buffer.alloc(0);
    client.on('data', (data) => {
      received = Buffer.concat([received, data]);
      while (received.length >= 6 && received.length >= 4 + received.readInt32BE(0)) {
        const frame = received.subarray(0, 4 + received.readInt32BE(0));
        received = received.subarray(frame.length);
        const go = () => broker.write(frame);
        // The broker's own connections, by which it ends transactions, take the same way.
        if (frame.toString('utf8', 14, 14 + frame.readInt16BE(12)) === CLIENT) this.pass(frame.readInt16BE(4), go);
        else go();
      }
    });
    broker.on('data', (data) => {
      if (this.losing) for (const socket of this.sockets) socket.destroy();
      else client.write(data);
    });
  }

  private pass(api: number, go: () => void): void {
    const { at } = this;
    if (this.held.length > 0 || (at?.act === 'hold' && at.api === api)) {
      this.held.push(go);
      at?.reached();
      return;
    }
    this.losing ||= at?.act === 'lose' && at.api === api;
    go();
  }
}

export class Wire {
  private line = new Line();
  private target = 0;

  private constructor(readonly port: number) {}

  static async open(): Promise<Wire> {
    const sockets = new Set<Socket>();
    const server = createServer((client) => {
      const broker = connect({ host: '127.0.0.1', port: wire.target });
      for (const [one, other] of [
        [client, broker],
        [broker, client],
      ] as const) {
        sockets.add(one);
        one.setNoDelay(true);
        one.on('error', () => other.destroy());
        one.on('close', () => other.destroy());
      }
      wire.line.add(client, broker);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const wire = new Wire((server.address() as AddressInfo).port);
    atEnd(async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    });
    return wire;
  }

  leadTo(port: number): void {
    this.target = port;
  }

  /** The connections that are made from now on. */
  next(): Line {
    return (this.line = new Line());
  }
}
