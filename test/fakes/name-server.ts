import { createSocket } from 'node:dgram';
import { once } from 'node:events';

const TYPE_A = 1;
const TYPE_AAAA = 28;
const NAME_ERROR = 3;

export interface NameServer {
  /** For `Resolver.setServers`. */
  readonly address: string;
  /** Questions that were asked. */
  readonly asked: number;
  close(): void;
}

/**
 * A name server on 127.0.0.1 for one name, whatever it is called.
 * @param answer the addresses, IPv4 as four and IPv6 as sixteen bytes; undefined: says nothing;
 * 'unknown': there is no such name.
 */
export async function startNameServer(
  answer: () => readonly (readonly number[])[] | 'unknown' | undefined,
): Promise<NameServer> {
  const socket = createSocket('udp4');
  let asked = 0;
  socket.on('message', (question, { port, address }) => {
    asked += 1;
    const answers = answer();
    if (answers !== undefined) socket.send(reply(question, answers), port, address);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return {
    address: `127.0.0.1:${socket.address().port}`,
    get asked() {
      return asked;
    },
    close: () => socket.close(),
  };
}

/** RFC 1035, 4.1. */
function reply(question: Buffer, answers: readonly (readonly number[])[] | 'unknown'): Buffer {
  const nameEnd = question.indexOf(0, 12) + 1;
  const type = question.readUInt16BE(nameEnd);
  const length = type === TYPE_A ? 4 : type === TYPE_AAAA ? 16 : 0;
  const fitting = answers === 'unknown' ? [] : answers.filter((bytes) => bytes.length === length);
  const head = Buffer.alloc(12);
  question.copy(head, 0, 0, 2);
  head.writeUInt16BE(0x8180 | (answers === 'unknown' ? NAME_ERROR : 0), 2);
  head.writeUInt16BE(1, 4);
  head.writeUInt16BE(fitting.length, 6);
  const records = fitting.map((bytes) => {
    const record = Buffer.alloc(12);
    record.writeUInt16BE(0xc00c, 0);
    record.writeUInt16BE(type, 2);
    record.writeUInt16BE(1, 4);
    record.writeUInt16BE(bytes.length, 10);
    return Buffer.concat([record, Buffer.from(bytes)]);
  });
  return Buffer.concat([head, question.subarray(12, nameEnd + 4), ...records]);
}
