/** `portable-lint show`: a unit as systemd has it once its image is attached, file by file, as systemctl cat prints it. */
import { resolve } from 'node:path';
import { ImageError, problemText } from '../../../image/image-error.ts';
import { markedRootOf } from '../../../image/tree-root.ts';
import { catText, effectiveUnit } from '../../../portable/effective.ts';
import { portableDropIn } from '../../../portable/plan/drop-in.ts';
import { whyOf } from '../../documents/read-unit-file.ts';
import { slashed } from '../../documents/units-around.ts';
import { readPortableImage } from '../../images/plan-image.ts';
import { UsageError } from '../arguments.ts';
import { painter, wantsColours } from '../formats/text.ts';
import { terminalText } from '../terminal-text.ts';
import { commandOf, complain, ownPlaces, readProfile } from './common.ts';

const usage = `usage: portable-lint show [OPTION]... UNIT
       portable-lint show [OPTION]... --image IMAGE NAME

Prints what systemd sees of a unit once its image is attached: the unit, the profile and portabled's own drop-in, each under its path on the
host. UNIT is a file in the directory of an image; NAME is the name of a unit in an IMAGE, which may be a raw one.

  --systemd N          the systemd of the host
  --profile PROFILE    default (which it is by itself), nonetwork, strict, trusted, or the path of one
  --host-path PATH     where the image lies on the host; default: where it lies here
  --runtime            attached until the next reboot
  --user               by this user's own portabled
  -h, --help           this text
`;

const names = {
  texts: ['systemd', 'profile', 'image', 'host-path'],
  flags: ['runtime', 'user', 'help'],
  letters: { h: 'help' },
} as const;

export const show = commandOf(usage, names, async ({ positionals, texts, flags }, { systemd, manager }, world) => {
  const profile = readProfile(texts('profile').at(-1) ?? 'default');
  const [asked, ...more] = positionals;
  if (asked === undefined || more.length > 0) throw new UsageError('show takes one unit');
  const given = texts('image').at(-1);
  const place = slashed(resolve(asked));
  const image = given === undefined ? markedRootOf(place) : resolve(given);
  if (image === undefined || image === '/') throw new UsageError(`${asked} lies in no image: name the image with --image`);
  const hostPath = texts('host-path').at(-1) ?? image;
  const name = given === undefined ? place.slice(place.lastIndexOf('/') + 1) : asked;
  try {
    const base = await readPortableImage(image, 'base', { hostPath, manager });
    const unit = base.units.find(each => each.name === name);
    if (!unit) {
      complain(world, `${asked}: portabled finds no unit ${name} in ${image}`);
      return 2;
    }
    const dropIn = portableDropIn(name, { systemd, base, extensions: [], from: base, force: false });
    const file = profile.file(name.slice(name.lastIndexOf('.') + 1), systemd, manager);
    const linked = file && { text: file.text, target: file.path };
    const effective = effectiveUnit({
      name,
      unit: { text: unit.text },
      dropIn,
      runtime: flags.has('runtime'),
      ...(manager === 'user' && { place: ownPlaces(world, flags.has('runtime')).units }),
      ...(linked && { profile: linked }),
    });
    if (!effective) {
      complain(world, `${asked}: ${name} is no name of a unit`);
      return 2;
    }
    const paint = painter(wantsColours(world.env, world.terminals.out));
    const lines = catText(effective.files, systemd).split('\n');
    world.out(
      lines.map(line => (line.startsWith('#') ? paint('dim', terminalText(line)) : terminalText(line.replaceAll('\t', '  ')))).join('\n'),
    );
    return 0;
  } catch (error) {
    complain(world, `${image}: ${error instanceof ImageError ? problemText(error) : whyOf(error)}`);
    return 2;
  }
});
