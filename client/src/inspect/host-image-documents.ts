/** Read-only documents that show what portabled found in images of hosts. */
import { createTextDocuments } from '../common/text-documents.ts';
import type { ImageMetadata } from '../hosts/bus/portabled.ts';
import type { HostImage } from '../hosts/contract.ts';
import { hostImageText } from './host-image-text.ts';

export interface HostImageDocuments {
  show(host: string, image: HostImage, metadata: ImageMetadata): Promise<void>;
  dispose(): void;
}

/** Creates them. */
export function createHostImageDocuments(): HostImageDocuments {
  const { show, dispose } = createTextDocuments('portable-host-image');
  return { show: (host, image, metadata) => show(`/${host}${image.path}`, hostImageText(host, image, metadata)), dispose };
}
