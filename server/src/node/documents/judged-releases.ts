/** The open os-release and extension-release documents, as the rules judge them. */
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { type JudgedRelease, judgeRelease } from '../../features/judge-release.ts';
import type { Control } from '../../rules/control/regulate.ts';
import type { TreeFacts } from '../../rules/portable/portable-tree.ts';
import { type ReleaseFile, releaseKindOf } from '../../rules/portable/release-file.ts';
import type { Target } from '../../rules/rule.ts';
import type { TreeReader } from '../images/tree-facts.ts';
import { documentPath } from './document-path.ts';

/** The path of a release file that is open; undefined for any other document. */
export function releasePath({ uri, languageId }: TextDocument): string | undefined {
  return languageId === 'os-release' || languageId === 'extension-release' ? (documentPath(uri) ?? uri) : undefined;
}

/** Judges open release files; each again only when it, or the tree around it, changed. */
export function judgedReleases(trees: TreeReader | undefined) {
  const known = new Map<
    string,
    {
      readonly version: number;
      readonly target: Target;
      readonly control: Control;
      readonly inTree: TreeFacts | undefined;
      readonly judged: JudgedRelease;
    }
  >();
  return {
    /** The document judged as it is now; undefined for what is no release file. */
    judge(document: TextDocument, target: Target, control: Control): JudgedRelease | undefined {
      const path = releasePath(document);
      const kind = path === undefined ? undefined : kindOf(document, path);
      if (path === undefined || !kind) return undefined;
      const { uri, version } = document;
      const inTree = trees?.of(path);
      const last = known.get(uri);
      if (last?.version === version && last.target === target && last.control === control && last.inTree === inTree) return last.judged;
      const judged = judgeRelease({ ...kind, text: document.getText(), ...(inTree && { inTree }) }, target, control);
      known.set(uri, { version, target, control, inTree, judged });
      return judged;
    },
    forget: (uri: string) => known.delete(uri),
  };
}

/** The user may have said of any document that it is one of these. */
const kindOf = ({ languageId }: TextDocument, path: string): Pick<ReleaseFile, 'kind' | 'extension'> =>
  releaseKindOf(path) ?? { kind: languageId === 'os-release' ? 'os-release' : 'extension-release' };
