/** Finds out what rules asked of images while they judged, one round after the other. */
import type { ImageQuestions } from './image-questions.ts';
import type { RawImagesBeside } from './raw-beside.ts';

/** Who knows of images. */
export interface ImageKnowledge {
  /** The images that units lie in; without it nothing is asked of them. */
  readonly images?: ImageQuestions;
  /** What lies beside image trees in raw images; without it only directories are known. */
  readonly raws?: RawImagesBeside;
}

/** A function that begins a round where somebody waits for one; `found` gets the directories of whose images something else is known now. */
export function askingImages(
  { images, raws }: ImageKnowledge,
  found: (directories: readonly string[]) => void,
  failed: (error: unknown) => void,
): () => void {
  let asking = false;
  return () => {
    if (asking || !(images?.pending() || raws?.pending())) return;
    asking = true;
    Promise.all([raws?.find(), images?.find()])
      .then(
        ([directories = []]) => directories,
        error => {
          failed(error);
          return [];
        },
      )
      .then(directories => {
        asking = false;
        found(directories);
      });
  };
}
