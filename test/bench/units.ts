/** Unit files to measure with: the corpus beside the project under changed names, or made ones where there is none. */
import { copyFileSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';

const corpus = join(import.meta.dirname, '..', '..', '..', 'shared', 'corpus');

/** Types whose name may be any: that of a mount must be its place. */
const anyName = /\.(service|socket|target|timer|path)$/;

/** Writes `count` unit files into a directory, which must be there. Their names, in order. */
export function writeUnits(directory: string, count: number): readonly string[] {
  const sources = existsSync(corpus)
    ? readdirSync(corpus, { recursive: true, withFileTypes: true })
        .filter(entry => entry.isFile() && anyName.test(entry.name))
        .map(entry => join(entry.parentPath, entry.name))
        .sort()
    : [];
  mkdirSync(directory, { recursive: true });
  return Array.from({ length: count }, (_, n) => {
    const source = sources[n % sources.length];
    const name = `bench${n}-${source === undefined ? 'made.service' : basename(source)}`;
    if (source === undefined) writeFileSync(join(directory, name), madeUnit(n));
    else copyFileSync(source, join(directory, name));
    return name;
  }).sort();
}

/** A unit of the usual size. */
const madeUnit = (n: number): string => `[Unit]
Description=Made unit ${n}
Documentation=man:made(8) https://example.org/made
After=network-online.target local-fs.target
Wants=network-online.target
ConditionPathExists=!/etc/made/${n}.disabled

[Service]
Type=notify
Environment=MADE_NUMBER=${n} "MADE_WORDS=one two"
EnvironmentFile=-/etc/default/made
ExecStartPre=/usr/bin/install -d -m 0750 /run/made
ExecStart=/usr/sbin/made --foreground --number ${n} $MADE_OPTIONS
ExecReload=/bin/kill -HUP $MAINPID
Restart=on-failure
RestartSec=5s
TimeoutStopSec=1min 30s
LimitNOFILE=65536
PrivateTmp=yes
ProtectSystem=strict
ReadWritePaths=/var/lib/made /run/made
CapabilityBoundingSet=CAP_NET_BIND_SERVICE CAP_CHOWN
SystemCallFilter=@system-service
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX

[Install]
WantedBy=multi-user.target
`;
