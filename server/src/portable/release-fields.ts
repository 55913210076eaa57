/** The fields of os-release and extension-release files, and what portabled makes of them (man os-release; src/portable/portable.c). */

/** One field. */
export interface ReleaseFieldText {
  readonly key: string;
  /** Which of the two files has it; both where it does not say. */
  readonly only?: 'os-release' | 'extension-release';
  readonly summary: string;
  /** What portabled does with it; absent where it never looks. */
  readonly portable?: string;
  /** All values that make sense, where they can be told. */
  readonly values?: readonly string[];
  /** The first version whose portabled reads it. */
  readonly since?: number;
}

/** Distributions whose ID= people write most. */
const ids = ['debian', 'ubuntu', 'fedora', 'centos', 'rhel', 'opensuse-leap', 'opensuse-tumbleweed', 'arch', 'alpine', 'nixos', 'linux'];
/** Architectures as systemd names them. */
const architectures = ['x86-64', 'x86', 'arm64', 'arm', 'riscv64', 'ppc64-le', 's390x', 'loongarch64', 'mips64-le', '_any'];
const extensionScopes = ['system', 'initrd', 'portable', 'system portable'];

/** All fields, the ones that count for portable services first. */
export const releaseFields: readonly ReleaseFieldText[] = [
  {
    key: 'ID',
    summary: 'Short name of the distribution or of the image, in lower case.',
    portable:
      'An image without it is refused. An extension must have the same one as the image that it is laid over, or _any; from 258 on, one of the ID_LIKE= of the image does, too.',
    values: ids,
  },
  {
    key: 'PORTABLE_PREFIXES',
    summary: 'The beginnings of the names of its units, with blanks between them.',
    portable:
      'A unit is taken out of the image only if its name begins with one of the prefixes that are asked for. Where this is set, every prefix that is asked for must be in it, or the attach is refused; without it, any may be asked for.',
    since: 249,
  },
  {
    key: 'PORTABLE_SCOPE',
    only: 'os-release',
    summary: 'Whose manager the image is for: of the system (the default), of a user, or any.',
    portable: 'An image that is for the other one is refused, and so is one with another word.',
    values: ['system', 'user', 'any'],
    since: 258,
  },
  {
    key: 'VERSION_ID',
    summary: 'Version in a form for programs: digits, lower case letters, dots, dashes.',
    portable:
      'It goes into the journal beside the name of the image (PORTABLE_NAME_AND_VERSION=), if there is no IMAGE_VERSION=. An extension must have the same one as the image, unless both have SYSEXT_LEVEL=.',
  },
  {
    key: 'IMAGE_ID',
    summary: 'Name of the image as it was built.',
    portable: 'It goes into the journal in the place of ID=.',
    since: 253,
  },
  {
    key: 'IMAGE_VERSION',
    summary: 'Version of the image as it was built.',
    portable: 'It goes into the journal in the place of VERSION_ID=, and is the version that the Images view shows.',
    since: 253,
  },
  {
    key: 'BUILD_ID',
    summary: 'Which build this is, for images without a version.',
    portable: 'It goes into the journal where neither IMAGE_VERSION= nor VERSION_ID= is set.',
    since: 253,
  },
  {
    key: 'ID_LIKE',
    summary: 'The distributions that this one is made from, the nearest first.',
    portable: 'From 258 on, an extension whose ID= is one of these fits the image.',
    since: 258,
  },
  {
    key: 'SYSEXT_LEVEL',
    summary: 'How new the interface is that extensions of the system build on.',
    portable: 'Where image and extension both have it, it must be the same, and VERSION_ID= does not count.',
  },
  {
    key: 'SYSEXT_SCOPE',
    only: 'extension-release',
    summary: 'What the extension may be laid over: system, initrd, portable. Without it: system and portable.',
    portable: 'Without the word portable in it, the extension is refused.',
    values: extensionScopes,
  },
  {
    key: 'CONFEXT_SCOPE',
    only: 'extension-release',
    summary: 'The same for extensions of the configuration below /etc.',
    values: extensionScopes,
  },
  { key: 'CONFEXT_LEVEL', summary: 'How new the interface is that extensions of the configuration build on.' },
  {
    key: 'ARCHITECTURE',
    only: 'extension-release',
    summary: 'The architecture that the extension was built for, as systemd names it.',
    portable: 'It must be that of the host, or _any.',
    values: architectures,
  },
  { key: 'SYSEXT_ID', only: 'extension-release', summary: 'Short name of the extension itself.', portable: 'It goes into the journal.' },
  {
    key: 'SYSEXT_VERSION_ID',
    only: 'extension-release',
    summary: 'Version of the extension itself.',
    portable: 'It goes into the journal.',
  },
  {
    key: 'SYSEXT_IMAGE_ID',
    only: 'extension-release',
    summary: 'Name of the extension as it was built.',
    portable: 'It goes into the journal.',
  },
  {
    key: 'SYSEXT_IMAGE_VERSION',
    only: 'extension-release',
    summary: 'Version of the extension as it was built.',
    portable: 'It goes into the journal.',
  },
  { key: 'NAME', summary: 'Name of the distribution or image, for people.' },
  { key: 'PRETTY_NAME', summary: 'Name and perhaps version, as they are shown to people.', portable: '`portablectl inspect` shows it.' },
  { key: 'PORTABLE_PRETTY_NAME', summary: 'Name of the portable service, for people.', portable: '`portablectl inspect` shows it.' },
  { key: 'VERSION', summary: 'Version, perhaps with a code name, for people.' },
  { key: 'VERSION_CODENAME', summary: 'Code name of the version, in lower case.' },
  { key: 'VARIANT', summary: 'Which edition this is, for people.' },
  { key: 'VARIANT_ID', summary: 'Which edition this is, for programs.' },
  { key: 'CPE_NAME', summary: 'Name in the scheme of the Common Platform Enumeration.' },
  { key: 'HOME_URL', summary: 'Where the project is at home.' },
  { key: 'DOCUMENTATION_URL', summary: 'Where it is documented.' },
  { key: 'SUPPORT_URL', summary: 'Where to get help.' },
  { key: 'BUG_REPORT_URL', summary: 'Where to report faults.' },
  { key: 'PRIVACY_POLICY_URL', summary: 'What is said about privacy.' },
  { key: 'SUPPORT_END', summary: 'The day on which support ends: YYYY-MM-DD.' },
  { key: 'LOGO', summary: 'Name of an icon.' },
  { key: 'ANSI_COLOR', summary: 'Colour of the name on a terminal, as the numbers of an escape sequence.' },
  { key: 'VENDOR_NAME', summary: 'Who makes it.' },
  { key: 'VENDOR_URL', summary: 'Where its maker is at home.' },
  { key: 'DEFAULT_HOSTNAME', summary: 'Name that a machine has as long as nobody gave it one.' },
];

/** What is known of a field of one of the two files. */
export const releaseFieldText = (key: string, kind: 'os-release' | 'extension-release'): ReleaseFieldText | undefined =>
  releaseFields.find(field => field.key === key && (field.only ?? kind) === kind);
