import { beforeAll, describe, expect, it } from 'vitest';
import { encodeJobHeader } from '../../src/sandbox/supervisor-job.js';
import { FrameDecoder } from '../../src/sandbox/supervisor-protocol.js';
import { buildTestImage } from './image.js';
import { fileOf, requestOf, resultOf, run, Supervised, tableOf } from './supervised.js';

const NONCE = new Uint8Array(16).fill(7);
const HELLO = Uint8Array.of(0x48, 0, 0, 0, 1, 1);
const IDENTITY = { nonce: NONCE, uid: 61_234 };
/** Where uid, and the limits, begin in the header; the magic and the length are 12 bytes. */
const UID_AT = 12 + 16 + 4;
const CPU_AT = UID_AT + 8;

beforeAll(() => buildTestImage());

async function everythingFrom(supervised: Supervised): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for (let chunk = await supervised.read(); chunk !== undefined; chunk = await supervised.read()) {
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** What becomes of a job that the encoder would never make. */
async function refusal(bytes: Uint8Array): Promise<{ message: string; exitCode: number }> {
  await using supervised = await Supervised.open();
  await supervised.send(bytes);
  const decoder = new FrameDecoder();
  expect([...decoder.push(await everythingFrom(supervised))]).toEqual([{ kind: 'hello' }]);
  const end = decoder.end();
  if (end.kind !== 'failure') throw new Error('it ran');
  expect(supervised.diagnostics).toBe(end.message);
  return { message: end.message, exitCode: await supervised.exitCode };
}

function headerWith(change: (header: Uint8Array) => void): Uint8Array {
  const header = encodeJobHeader(requestOf({ command: ['/probes/ends', 'exit', '0'] }), IDENTITY);
  change(header);
  return header;
}

describe('the supervisor', () => {
  it('says hello before it has a job, and nothing else', async () => {
    await using supervised = await Supervised.open();
    expect(await supervised.read()).toEqual(Buffer.from(HELLO));
  });

  it('ends when the host goes away before the job', async () => {
    await using supervised = await Supervised.open();
    await supervised.read();
    supervised.closeStdin();
    expect(await supervised.exitCode).toBe(1);
  });

  it('ends, and all its processes, when the host goes away during the run', async () => {
    const request = requestOf({
      command: ['/probes/processes', 'fork-setsid'],
      limits: { wallTimeMs: 60_000, cpuKillMs: 60_000 },
    });
    await using supervised = await Supervised.open(request);
    await supervised.sendJob(request);
    await supervised.read();
    const closedMs = performance.now();
    supervised.closeStdin();
    expect(await supervised.exitCode).toBe(1);
    expect(performance.now() - closedMs).toBeLessThan(5000);
  });

  it('ends when the host goes away inside a file', async () => {
    await using supervised = await Supervised.open();
    const request = requestOf({
      command: ['/box/main'],
      files: [fileOf('main', 'x'.repeat(1000))],
    });
    await supervised.send(encodeJobHeader(request, IDENTITY));
    await supervised.send(new Uint8Array(10));
    supervised.closeStdin();
    expect(await supervised.exitCode).toBe(1);
  });

  it('fails when the host sends more than the job', async () => {
    const request = requestOf({ command: ['/probes/ends', 'sleep'] });
    await using supervised = await Supervised.open(request);
    await supervised.sendJob(request);
    await supervised.send(Uint8Array.of(0));
    expect(Buffer.from(await everythingFrom(supervised)).toString()).toMatch(/more than the job$/);
    expect(await supervised.exitCode).toBe(1);
  });

  it('gives the program its arguments, environment and directory, byte for byte', async () => {
    const ran = await run({
      command: ['/probes/attacks', 'environment', 'ä\n*'],
      environment: { A: '1=2', EMPTY: '', ß: '\n' },
    });
    expect(Buffer.from(ran.stdout, 'latin1').toString()).toBe('A=1=2\nEMPTY=\nß=\n\ncwd /w\n');
  });

  it('stages stdin as a file without a name that can be read twice and not written', async () => {
    const stdin = Uint8Array.from({ length: 1000 }, (_, index) => index % 256);
    const echoed = await run({ command: ['/probes/streams', 'echo'], stdin });
    expect(Buffer.from(echoed.stdout, 'latin1')).toEqual(Buffer.from(stdin));
    expect(tableOf(await run({ command: ['/probes/streams', 'stdin'], stdin: 'hello' }))).toEqual({
      seek: '5',
      fstat: '0',
      regular: '1',
      links: '0',
      name: '2',
      write: '9',
      reopen: '13',
    });
  });

  it('has no staged file in the way of stdin', async () => {
    const command = ['/probes/streams', 'echo'];
    const files = [fileOf('.stdin', 'a file of the submission')];
    expect((await run({ command, files, stdin: 'input' })).stdout).toBe('input');
  });

  it("stages files of root's under /box, and the program's own under /w", async () => {
    const ran = await run({
      command: ['/probes/files', 'work-files'],
      files: [fileOf('main', '#!', true), fileOf('lib/deep/note', 'text')],
      workFiles: [fileOf('in/data', 'case')],
    });
    expect(tableOf(ran)).toEqual({
      stat: '0',
      mine: '1',
      mode: '644',
      append: '0',
      remove: '0',
      box: '0',
      'box.root': '1',
      'box.mode': '555',
      'box.write': '13',
      'box.remove': '13',
    });
  });

  it('leaves the program nothing open but 0, 1 and 2', async () => {
    expect((await run({ command: ['/probes/streams', 'descriptors'] })).stdout).toBe('0 1 2 ');
  });

  it('lets the program open its streams by name', async () => {
    const ran = await run({ command: ['/probes/streams', 'by-name'] });
    expect(resultOf(ran).end).toEqual({ kind: 'exited', exitCode: 0 });
    expect([ran.stdout, ran.stderr]).toEqual(['out', 'err']);
  });

  it('joins stdout and stderr in the order of writing when asked to', async () => {
    const ran = await run({ command: ['/probes/streams', 'both', '500'], mergeStderr: true });
    expect(ran.stdout).toBe('oe'.repeat(500));
    expect(ran.stderr).toBe('');
  });
});

describe('a command that cannot be executed', () => {
  it('is a failure of the sandbox when it is of the image', async () => {
    const ran = await run({ command: ['/usr/bin/no-such-compiler'] });
    expect(ran.end.kind).toBe('failure');
    expect(ran.exitCode).toBe(1);
    expect(ran.diagnostics).toMatch(/no-such-compiler: No such file/);
  });

  it.each([
    ['is no program', fileOf('main', 'garbage', true), /Exec format error/],
    ['has no interpreter', fileOf('main', '#!/no/such\n', true), /No such file/],
    ['is not executable', fileOf('main', 'garbage'), /Permission denied/],
    ['is not there', fileOf('other', ''), /No such file/],
  ])("is the contestant's when it %s", async (_, file, message) => {
    const ran = await run({ command: ['/box/main'], files: [file] });
    expect(resultOf(ran).end).toEqual({ kind: 'exited', exitCode: 126 });
    expect(ran.stderr).toMatch(message);
  });
});

describe('a job that is not well-formed', () => {
  it.each<[string, Uint8Array, RegExp]>([
    ['another magic', Buffer.from('GET / HTTP/1.1\r\n'), /not a job/],
    ['a header over 1 MiB', Buffer.from('MINOSJB1\x7f\0\0\0'), /over 1 MiB/],
    ['an empty header', Buffer.from('MINOSJB1\0\0\0\0'), /cut short/],
    ['uid 0', headerWith((h) => h.fill(0, UID_AT, UID_AT + 4)), /uid/],
    [
      'uid -1, which setresuid takes for "unchanged"',
      headerWith((h) => h.fill(255, UID_AT, UID_AT + 4)),
      /uid/,
    ],
    ['gid 0', headerWith((h) => h.fill(0, UID_AT + 4, UID_AT + 8)), /gid/],
    ['unknown flags', headerWith((h) => h.fill(4, UID_AT - 1, UID_AT)), /flags/],
    ['a CPU limit of 0', headerWith((h) => h.fill(0, CPU_AT, CPU_AT + 8)), /CPU limit/],
    ['a CPU limit of 2^64-1', headerWith((h) => h.fill(255, CPU_AT, CPU_AT + 8)), /CPU limit/],
    [
      'a wall limit of 2^64-1',
      headerWith((h) => h.fill(255, CPU_AT + 8, CPU_AT + 16)),
      /wall limit/,
    ],
  ])('is refused: %s', async (_, bytes, message) => {
    const refused = await refusal(bytes);
    expect(refused.message).toMatch(message);
    expect(refused.exitCode).toBe(1);
  });

  it.each(['../x', '/x', 'a//b', '.', 'a/..', 'a/', ''])(
    'is refused with a file named %j',
    async (name) => {
      const request = requestOf({ command: ['/box/main'], files: [fileOf(name, '')] });
      expect((await refusal(encodeJobHeader(request, IDENTITY))).message).toMatch(/plain path/);
    },
  );

  it('is refused with a file twice', async () => {
    const files = [fileOf('main', ''), fileOf('main', '')];
    const request = requestOf({ command: ['/box/main'], files });
    expect((await refusal(encodeJobHeader(request, IDENTITY))).message).toMatch(
      /main: File exists/,
    );
  });

  it('is refused with a name to collect outside the work directory', async () => {
    const request = requestOf({ command: ['/box/main'], collect: ['../etc/passwd'] });
    expect((await refusal(encodeJobHeader(request, IDENTITY))).message).toMatch(/plain path/);
  });

  it('is refused without a command, or with a relative one', async () => {
    for (const command of [[], ['main']]) {
      const bytes = encodeJobHeader(requestOf({ command }), IDENTITY);
      expect((await refusal(bytes)).message).toMatch(/absolute/);
    }
  });
});
