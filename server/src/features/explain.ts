/** What the catalogue knows of a directive or a section, as Markdown for hovers and completions. */
import { versions } from '../catalogue/catalogue.ts';
import { type Description, describeSection } from '../catalogue/describe.ts';
import type { Emptiness, Repetition } from '../catalogue/repetition.ts';
import type { Target } from '../rules/rule.ts';
import { systemdOf } from '../rules/wording.ts';
import { markdownText } from './markdown.ts';

const repetitions: Readonly<Record<Repetition, string>> = {
  adds: 'Each assignment adds to those before it.',
  replaces: 'The last assignment counts.',
  first: 'The first assignment counts; others are ignored with a warning.',
};

const emptinesses: Readonly<Record<Emptiness, string>> = {
  resets: 'An empty value restores the default.',
  clears: 'An empty value forgets all assignments before it.',
  'clears-kin': 'An empty value forgets all assignments before it, also those of other directives that fill the same list.',
  nothing: 'An empty value does nothing: what was listed once stays.',
  ignored: 'An empty value is ignored with a warning.',
  refused: 'An empty value makes systemd refuse the unit.',
};

/** How the target's systemd stands to a directive, where it does not simply obey it. */
function standingOf({ standing, since, until, ignoredSince }: Description, target: Target): string | undefined {
  const who = systemdOf(target);
  switch (standing) {
    case 'known':
      return ignoredSince === undefined ? undefined : `Ignored from systemd ${ignoredSince} on.`;
    case 'too-new':
      return `Not known to ${who}: it came with ${since}.`;
    case 'dropped':
      return `No longer known to ${who}: ${until} was the last.`;
    case 'ignored':
      return `Ignored by ${who}${ignoredSince === undefined || ignoredSince <= versions.oldest ? '' : `, as by all from ${ignoredSince} on`}.`;
  }
}

/** `Looked up on the host: path; in the image: mount point.` */
function lookupsOf({ looksUp }: Description): string | undefined {
  const places = looksUp.map(({ where, what }) => `${where === 'host' ? 'on the host' : 'in the image'}: ${what}`);
  return places.length === 0 ? undefined : `Looked up ${places.join('; ')}.`;
}

const successorOf = ({ section, successor }: Description): string | undefined =>
  successor && `Use ${successor.section === section ? '' : `[${successor.section}] `}${successor.name}= in its place.`;

/** A directive's summary, what has to be known to use it, and where the manual goes on: the value of a `MarkupContent`. */
export function directiveMarkdown(told: Description, target: Target): string {
  const since = told.since > versions.oldest ? ` (systemd ${told.since})` : '';
  const facts = [
    standingOf(told, target),
    successorOf(told),
    told.byDefault && `Default: ${told.byDefault}.`,
    `${repetitions[told.repetition]} ${emptinesses[told.emptiness]}`,
    lookupsOf(told),
  ];
  return [
    `**${markdownText(`[${told.section}] ${told.name}=`)}**${markdownText(since)}`,
    markdownText(told.summary),
    facts.flatMap(fact => (fact ? [`- ${markdownText(fact)}`] : [])).join('\n'),
    link(told.manual),
  ].join('\n\n');
}

/** A section's summary and its page of the manual, as Markdown; undefined for a section that no unit has. */
export function sectionMarkdown(section: string): string | undefined {
  const told = describeSection(section);
  return told && [`**${markdownText(`[${section}]`)}**`, markdownText(told.summary), link(told.manual)].join('\n\n');
}

/** In angle brackets, an address may hold all that it holds here but those. */
const link = ({ page, address }: Description['manual']): string => `[${markdownText(page)}](<${address}>)`;
