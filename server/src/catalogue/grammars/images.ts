/** Images and how they are mounted: RootImageOptions=, MountImages=, ExtensionImages=. */
import { type Context, type Fault, fault, type Grammar } from './grammar.ts';
import { list } from './list.ts';
import { pathFault } from './specified-path.ts';
import { expandSpecifiers, unknownSpecifier } from './specifier.ts';
import { expectedInstead, type SplitWord, splitWords, within } from './split.ts';
import { orList, words } from './words.ts';

/** What partitions are for (src/shared/gpt.c, partition_designator_table). */
export const partitionDesignators = words(`
  root usr home srv esp xbootldr swap root-verity usr-verity root-verity-sig usr-verity-sig tmp var
  root-secondary@-254 root-other@-254 usr-secondary@-254 usr-other@-254
  root-secondary-verity@-254 root-other-verity@-254 usr-secondary-verity@-254 usr-other-verity@-254
  root-secondary-verity-sig@-254 root-other-verity-sig@-254 usr-secondary-verity-sig@-254 usr-other-verity-sig@-254`);

const tupleStyle = { quotes: 'remove', plainBackslash: true } as const;
const fieldStyle = { separators: ':', escapes: true, escapedSeparators: true } as const;

/** The fields of a tuple, each with its place in the value. */
function fields(tuple: SplitWord, { version }: Context): { readonly fields: readonly SplitWord[]; readonly broken?: Fault } {
  const { words: found, failure } = splitWords(tuple.text, { ...fieldStyle, version });
  const placed = found.map(field => ({ ...within(tuple, field.start, field.end), text: field.text }));
  if (!failure) return { fields: placed };
  const { start, end } = within(tuple, failure.start, failure.end);
  return { fields: placed, broken: fault(start, end, 'ignored', expectedInstead(failure)) };
}

function specifierFault({ text, ...word }: SplitWord, context: Context): Fault | undefined {
  const { unknown } = expandSpecifiers(text, 'full', context);
  return unknown && unknownSpecifier(within({ ...word, text }, unknown.start, unknown.end), 'full', 'skipped');
}

function designatorFault({ start, end, text }: SplitWord, { version }: Context): Fault | undefined {
  return partitionDesignators.has(text, version) ? undefined : fault(start, end, 'skipped', orList(partitionDesignators.all(version)));
}

/** What is wrong with `partition:options partition:options ...`, or with `options` alone, which are the root's. */
function optionFault(rest: readonly SplitWord[], context: Context): Fault | undefined {
  for (let i = 0; i < rest.length; i += 2) {
    const [partition, options] = rest.slice(i, i + 2);
    if (!partition) return undefined;
    const wrong = options ? (designatorFault(partition, context) ?? specifierFault(options, context)) : specifierFault(partition, context);
    if (wrong) return wrong;
  }
  return undefined;
}

/** RootImageOptions=: `options`, or `partition:options` for several (config_parse_root_image_options, strv_split_colon_pairs). */
export const rootImageOptions: Grammar = list({
  name: 'root image options',
  kind: 'mount options',
  split: tupleStyle,
  judge: (tuple, context) => {
    const { fields: found, broken } = fields(tuple, context);
    if (broken) return broken;
    const third = found[2];
    if (third) return fault(third.start, third.end, 'ignored', 'at most one colon, between partition and options');
    return optionFault(found, context);
  },
});

/** MountImages=: `image:destination`, then options as above (config_parse_mount_images). */
export const mountImages: Grammar = list({
  name: 'mounted images',
  kind: 'image',
  split: tupleStyle,
  judge: (tuple, context) => {
    const { fields: found, broken } = fields(tuple, context);
    const [image, destination, ...rest] = found;
    if (!image) return broken;
    const outside = context.version >= 253 ? ['/proc', '/sys'] : [];
    const wrongImage = pathFault(image, context, { from: image.text.startsWith('-') ? 1 : 0, outside });
    if (wrongImage) return wrongImage;
    if (!destination) return broken ?? fault(image.start, image.end, 'skipped', 'a destination after the image and a colon');
    return pathFault(destination, context, { outside }) ?? broken ?? optionFault(rest, context);
  },
});

/** ExtensionImages=: an image, then options as above (config_parse_extension_images). */
export const extensionImages: Grammar = list({
  name: 'extension images',
  kind: 'image',
  split: tupleStyle,
  judge: (tuple, context) => {
    const { fields: found, broken } = fields(tuple, context);
    const [image, ...rest] = found;
    if (!image) return broken;
    const outside = context.version >= 253 ? ['/dev', '/proc', '/sys'] : [];
    return pathFault(image, context, { from: image.text.startsWith('-') ? 1 : 0, outside }) ?? broken ?? optionFault(rest, context);
  },
});
