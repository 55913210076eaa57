/** How a unit is enabled in a tree of its own by the real `systemctl`, and what that said. */

/** For `ask`: enables the unit in a tree in memory; the last line is the exit code. */
export const enable = `root=$(mktemp -d) && mkdir -p $root/usr/lib/systemd/system $root/etc/systemd/system && cp "$1" $root/usr/lib/systemd/system/ &&
systemctl --root=$root enable "$(basename "$1")"; echo "exit $?"`;

/** What the lines of an answer say. */
export const enabled = (lines: readonly string[]) => ({
  /** 252 ends well where a part of it was done before. */
  refused: lines.at(-1) === 'exit 1' || lines.some(line => line.startsWith('Failed to enable unit')),
  /** It passed over a line, and not because it is too old to know the directive. */
  skipped: lines.some(line => /:\d+: (?!Unknown key)/.test(line)),
  /** It takes an instance of the template to enable. */
  instance: lines.some(line => /Refusing to operate on template unit|destination unit .* is a non-template unit/.test(line)),
  /** There is nothing that it could do. */
  nothing: lines.some(line => line.includes('no installation config')),
});
