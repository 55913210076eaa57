import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeName } from '../../server/src/image/entry-name.ts';
import { type ImagePath, imageAddressPath, readImageAddressPath, shownName } from '../../server/src/protocol-inside.ts';

describe('addresses of what lies inside images', () => {
  test.each<[string, ImagePath]>([
    ['/x/hello_1.0.raw!/usr/lib/os-release', { image: '/x/hello_1.0.raw', path: '/usr/lib/os-release' }],
    ['/x/hello.raw!/', { image: '/x/hello.raw', path: '/' }],
    ['/x/disk.raw!2/etc/a!/b', { image: '/x/disk.raw', partition: 2, path: '/etc/a!/b' }],
    ['/x!!/y!!!/z', { image: '/x!/y!', path: '/z' }],
    ['/x.raw!/\uefff', { image: '/x.raw', path: '/\udcff' }],
  ])('%s', (address, place) => {
    expect(imageAddressPath(place)).toBe(address);
    expect(readImageAddressPath(address)).toEqual(place);
  });

  test('the root may come without its slash, and what has no image is none', () => {
    expect(readImageAddressPath('/x.raw!')).toEqual({ image: '/x.raw', path: '/' });
    for (const none of ['', '/', '/x.raw', '!/x', '/x!!/y']) expect(readImageAddressPath(none)).toBeUndefined();
  });

  test('any bytes that a name can be come back, and are shown as well formed text', () => {
    const bytes = fc.uint8Array({ minLength: 1, maxLength: 12 }).filter(b => !b.includes(0) && !b.includes(0x2f));
    fc.assert(
      fc.property(bytes, fc.string({ minLength: 1 }), (name, image) => {
        const place = { image: `/${image}`, path: `/a/${decodeName(name)}` };
        const address = imageAddressPath(place);
        expect(readImageAddressPath(address)).toEqual(place);
        expect(() => encodeURIComponent(shownName(decodeName(name)))).not.toThrow();
      }),
    );
  });
});
