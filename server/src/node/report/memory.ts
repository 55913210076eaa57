/**
 * What one report finds out about the files of an image and the next one of the same image needs again: a report is asked for twice, first for what
 * is seen at once, then for the findings, and again whenever something changed. All of it is told by the text of a file and by what it is judged
 * for, so a file with another text is read anew. What the first report saw is given to the second one, and to no other.
 */
import type { ReportExposure } from '../../protocol.ts';
import { type Reading, readingOf, recallReading } from '../../rules/reading.ts';
import type { Target } from '../../rules/rule.ts';
import { parseKept } from '../../unit/parse-bytes.ts';
import type { UnitTree } from '../../unit/tree.ts';
import { unitFileOf } from '../../unit/unit-file.ts';
import type { UnitSource } from '../../unit/unit-set.ts';
import { type Additions, exposuresUnder } from './exposures.ts';

/** Milliseconds after which nothing is kept that nobody asked for; files that are kept, where those of an image change their names again and again. */
const limits = { idle: 30_000, files: 20_000 };

/** What is kept of one image. */
export interface KnownImage<Survey> {
  /** Keeps what the report without findings was made from, for the one that is asked for next. */
  readonly keep: (survey: Survey) => void;
  /** Gives that away, once: a third report is made of what is there by then. */
  readonly take: () => Survey | undefined;
  /** The file at a path of the image with this text: the same object as before where the text is the same. Undefined where it is no unit file. */
  readonly source: (path: string, text: string) => UnitSource | undefined;
  /** The exposures of a service under the profiles; null where systemd would not load it. */
  readonly exposures: (additions: Additions) => (service: UnitSource, name: string) => readonly (ReportExposure | null)[];
  /** Sees to it that the rules, which are asked about a file next, need not read it again. */
  readonly recall: (source: UnitSource, target: Target) => void;
}

interface KnownFile {
  readonly text: string;
  readonly source: UnitSource;
  reading?: { readonly systemd: number; readonly reading: Reading };
}

/** Keeps what is known of the image that was asked about last. */
export function reportMemory<Survey>(): (image: string) => KnownImage<Survey> {
  let last: { readonly image: string; readonly known: KnownImage<Survey> } | undefined;
  let timer: NodeJS.Timeout | undefined;
  return image => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      last = undefined;
    }, limits.idle);
    timer.unref();
    if (last?.image !== image) last = { image, known: knownImage() };
    return last.known;
  };
}

function knownImage<Survey>(): KnownImage<Survey> {
  let kept: Survey | undefined;
  const files = new Map<string, KnownFile>();
  let measured: { readonly given: string; readonly exposures: ReturnType<KnownImage<unknown>['exposures']> } | undefined;
  const recall = (source: UnitSource, target: Target) => {
    const file = files.get(source.path);
    if (file?.source !== source) return;
    const subject = { tree: source.tree(), unit: source.unit, target };
    if (file.reading?.systemd === target.systemd) recallReading(subject, file.reading.reading);
    else file.reading = { systemd: target.systemd, reading: readingOf(subject) };
  };
  return {
    keep(survey) {
      kept = survey;
    },
    take() {
      const given = kept;
      kept = undefined;
      return given;
    },
    source(path, text) {
      const before = files.get(path);
      if (before?.text === text) return before.source;
      const unit = unitFileOf(path);
      if (!unit) return undefined;
      let parsed: UnitTree | undefined;
      const tree = () => {
        parsed ??= parseKept(text);
        return parsed;
      };
      const source = { path, unit, tree };
      if (files.size >= limits.files) files.clear();
      files.set(path, { text, source });
      return source;
    },
    exposures(additions) {
      const { profiles, dropIn, target, asked, architecture } = additions;
      const given = JSON.stringify([profiles.map(profile => profile ?? null), dropIn, target.systemd, asked, architecture]);
      if (measured?.given === given) return measured.exposures;
      const found = new WeakMap<UnitSource, readonly (ReportExposure | null)[]>();
      const measure = exposuresUnder(additions);
      const exposures = (service: UnitSource, name: string) => {
        const before = found.get(service);
        if (before) return before;
        recall(service, target);
        const exposed = measure(service, name);
        found.set(service, exposed);
        return exposed;
      };
      measured = { given, exposures };
      return exposures;
    },
    recall,
  };
}
