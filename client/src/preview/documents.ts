/** Read-only documents that show what an action would do. */
import { createTextDocuments } from '../common/text-documents.ts';

export interface PreviewDocuments {
  /** Shows a text of Markdown under a title, rendered. */
  show(title: string, text: string): Promise<void>;
  dispose(): void;
}

/** Creates them. */
export function createPreviewDocuments(): PreviewDocuments {
  const { showRendered, dispose } = createTextDocuments('portable-preview');
  return { show: (title, text) => showRendered(`/${title.replaceAll('/', '_')}.md`, text), dispose };
}
