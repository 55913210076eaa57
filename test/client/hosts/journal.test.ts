import { describe, expect, test } from 'vitest';
import type { LogEntry } from '../../../client/src/hosts/contract.ts';
import { createProcessGroup } from '../../../client/src/hosts/transport/process.ts';
import type { Transport } from '../../../client/src/hosts/transport/transport.ts';
import { followJournal, parseEntry } from '../../../client/src/hosts/units/journal.ts';
import type { LogQuery } from '../../../client/src/hosts/units-contract.ts';
import { type Ending, fakeSpawn } from './fake-spawn.ts';

const doing = { what: 'Reading the log', host: 'vm', rights: 'Be root.' };

describe('one entry', () => {
  const line = (fields: object) => JSON.stringify({ __REALTIME_TIMESTAMP: '1700000000000001', ...fields });
  const entry = { time: 1700000000000001, unit: '', priority: 6, identifier: '', message: '' };

  test.each<readonly [string, object, Partial<LogEntry>]>([
    [
      'plain',
      { MESSAGE: 'hi', PRIORITY: '3', SYSLOG_IDENTIFIER: 'app', _SYSTEMD_UNIT: 'a.service' },
      { message: 'hi', priority: 3, identifier: 'app', unit: 'a.service' },
    ],
    ['of the manager about a unit', { UNIT: 'a.service', _SYSTEMD_UNIT: 'init.scope' }, { unit: 'a.service' }],
    ['bytes that are no text', { MESSAGE: [104, 105, 7] }, { message: 'hi\x07' }],
    ['bytes that are no UTF-8', { MESSAGE: [255, 104] }, { message: '\uFFFDh' }],
    ['too long for journalctl', { MESSAGE: null }, { message: '' }],
    ['a field given twice', { MESSAGE: ['one', 'two'] }, { message: 'one' }],
    ['a field given twice as bytes', { MESSAGE: [[111], [112]] }, { message: 'o' }],
    ['a priority that is none', { PRIORITY: '9' }, { priority: 6 }],
    ['only the program known', { _COMM: 'sh' }, { identifier: 'sh' }],
  ])('%s', (_what, fields, expected) => {
    expect(parseEntry(line(fields))).toEqual({ ...entry, ...expected });
  });

  test.each(['', 'Hint: something', '[]', 'null', '{}', '{"__REALTIME_TIMESTAMP":"soon"}'])('%j is none', text => {
    expect(parseEntry(text)).toBeUndefined();
  });
});

describe('following', () => {
  function over(ending: Ending): { transport: Transport; argv: () => readonly string[]; ended: () => boolean } {
    const { spawn, started } = fakeSpawn(() => ending);
    const group = createProcessGroup(spawn);
    const transport: Transport = {
      sharesFiles: false,
      openBus: () => Promise.reject(),
      run: ([program, ...args]) => group.start(program, args),
      dispose: () => group.dispose(),
    };
    return { transport, argv: () => started[0]?.args ?? [], ended: () => started.every(process => process.ended) };
  }
  const messages = async (entries: AsyncIterable<LogEntry>): Promise<string[]> => {
    const list: string[] = [];
    for await (const { message } of entries) list.push(message);
    return list;
  };
  const said = ['{"__REALTIME_TIMESTAMP":"1","MESSAGE":"ä"}', 'nonsense', '{"__REALTIME_TIMESTAMP":"2","MESSAGE":"b"}', ''].join('\n');

  test('several units, the wished number of lines', async () => {
    const { transport, argv } = over({ code: 0 });
    await messages(followJournal(transport, { units: ['a.service', 'b@x.socket'], lines: 20 }, doing, new AbortController().signal)).catch(
      () => {},
    );
    expect(argv()).toEqual(expect.arrayContaining(['--follow', '--output=json', '--lines=20', '--unit=a.service', '--unit=b@x.socket']));
  });

  test.each<[string, Partial<LogQuery>, readonly string[]]>([
    ['since a time on the host', { since: 1700000000.9 }, ['--since=@1700000000', '--unit=a.service']],
    ['since the boot, errors and worse', { since: 'boot', priority: 3 }, ['--boot', '--priority=3', '--unit=a.service']],
    ['all of an image', { units: [], image: "it's 1" }, ["PORTABLE=it's 1"]],
    [
      'an image, and what the manager says of its units',
      { image: 'hello_1' },
      ['PORTABLE=hello_1', '+', '_SYSTEMD_UNIT=a.service', '+', '_PID=1', 'UNIT=a.service'],
    ],
  ])('%s', async (_name, query, words) => {
    const { transport, argv } = over({ code: 0 });
    const all = { units: ['a.service'], lines: 1, ...query };
    await messages(followJournal(transport, all, doing, new AbortController().signal)).catch(() => {});
    expect(argv().slice(-words.length)).toEqual(words);
  });

  test('of a user: what the programs say and what is said of them, and nothing of others', async () => {
    const { transport, argv } = over({ code: 0 });
    const query = { units: ['a.service', 'b.service'], image: 'hello_1', lines: 1, owner: 1000 };
    await messages(followJournal(transport, query, doing, new AbortController().signal)).catch(() => {});
    const [owner, or] = ['_SYSTEMD_OWNER_UID=1000', '+'];
    expect(argv().slice(-10)).toEqual([
      ...['PORTABLE=hello_1', owner, or, '_SYSTEMD_USER_UNIT=a.service', '_SYSTEMD_USER_UNIT=b.service', owner, or],
      ...['USER_UNIT=a.service', 'USER_UNIT=b.service', owner],
    ]);
  });

  test('its end without being asked is a failure, after all that it said', async () => {
    const { transport } = over({ code: 1, stdout: said, stderr: 'No space left' });
    const entries: string[] = [];
    const following = (async () => {
      for await (const { message } of followJournal(transport, { units: ['a.service'], lines: 1 }, doing, new AbortController().signal))
        entries.push(message);
    })();
    await expect(following).rejects.toMatchObject({ name: 'HostFailure', detail: 'No space left' });
    expect(entries).toEqual(['ä', 'b']);
  });

  test('the signal ends it quietly, and the program with it', async () => {
    const { transport, ended } = over(undefined);
    const stop = new AbortController();
    const following = messages(followJournal(transport, { units: ['a.service'], lines: 1 }, doing, stop.signal));
    setImmediate(() => stop.abort());
    expect(await following).toEqual([]);
    expect(ended()).toBe(true);
  });

  test('leaving the loop ends the program', async () => {
    const { spawn, started } = fakeSpawn(() => undefined);
    const group = createProcessGroup(spawn);
    const process = group.start('journalctl', []);
    const transport: Transport = {
      sharesFiles: false,
      openBus: () => Promise.reject(),
      run: () => process,
      dispose: () => group.dispose(),
    };
    setImmediate(() => process.stdout.push?.(said));
    for await (const _entry of followJournal(transport, { units: ['a.service'], lines: 1 }, doing, new AbortController().signal)) break;
    expect(started[0]?.ended).toBe(true);
  });

  test('where ssh breaks, the advice names what ssh is to be given, not what the host is called', async () => {
    const { transport } = over({ code: 255, stderr: '' });
    const query = { units: ['a.service'], lines: 1, destination: 'root@10.0.0.7' };
    await expect(messages(followJournal(transport, query, doing, new AbortController().signal))).rejects.toMatchObject({
      message: `${doing.host} cannot be reached: ssh ended unexpectedly.`,
      advice: 'Try in a terminal: ssh root@10.0.0.7',
    });
  });

  test.each([[['*.service']], [['--boot.service', 'a b.service']], [['no-suffix']], [[]]])(
    '%j is refused, and nothing runs',
    async units => {
      const { transport, argv } = over({ code: 0 });
      await expect(messages(followJournal(transport, { units, lines: 1 }, doing, new AbortController().signal))).rejects.toMatchObject({
        kind: 'refused',
      });
      expect(argv()).toEqual([]);
    },
  );
});
