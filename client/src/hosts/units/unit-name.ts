/** Names of units. */

/** Whether systemd takes a text as it stands for the instance of a template. */
const plainInstance = /^[A-Za-z0-9:_.\\-]+$/;

/** A text as an instance's name: what a name cannot hold is escaped as systemd-escape does, `/` as `-`, the rest as `\xHH` of its bytes. */
export function escapeInstance(text: string): string {
  if (plainInstance.test(text)) return text;
  return [...Buffer.from(text, 'utf8')]
    .map((byte, i) => {
      const letter = String.fromCharCode(byte);
      if (letter === '/') return '-';
      return /[A-Za-z0-9:_.]/.test(letter) && !(i === 0 && letter === '.') ? letter : `\\x${byte.toString(16).padStart(2, '0')}`;
    })
    .join('');
}

/** The instance of a template: `hello@.service` and `x` make `hello@x.service`. */
export function instanceOf(template: string, instance: string): string {
  const at = template.indexOf('@') + 1;
  return `${template.slice(0, at)}${escapeInstance(instance)}${template.slice(at)}`;
}

/** The template that a name is an instance of: `hello@.service` for `hello@x.service`; the name itself where it is none. */
export const templateOf = (name: string): string => name.replace(/@.*(\.[a-z]+)$/, '@$1');
