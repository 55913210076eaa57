/** Parsers of what a process is given: command lines, environment, files, name spaces, credentials, capabilities, system calls. Names as in parsers.ts. */
import { bpfDelegation, capabilitySet, secureBits } from './capability.ts';
import { importCredential, loadCredential, setCredential, setEncryptedCredential } from './credentials.ts';
import { environment, environmentFile, passEnvironment, unsetEnvironment } from './environment.ts';
import { execDirectories } from './exec-directories.ts';
import { execLine } from './exec-line.ts';
import type { Grammar } from './grammar.ts';
import { imagePolicy } from './image-policy.ts';
import { extensionImages, mountImages, rootImageOptions } from './images.ts';
import { logExtraFields, logFilterPattern } from './log-fields.ts';
import { bindPaths, colonSeparatedPaths, namespacePaths, temporaryFileSystems } from './mounted-paths.ts';
import { addressFamilies, namespaceFlags } from './namespaces.ts';
import { openFile } from './open-file.ts';
import { rootHash, rootHashSignature } from './root-hash.ts';
import { inputData, inputText, standardInput, standardOutput } from './standard-streams.ts';
import { systemCallArchitectures, systemCallFilter, systemCallLog } from './syscall-filter.ts';

export const execGrammars: Readonly<Record<string, Grammar>> = {
  exec: execLine,
  environ: environment,
  unit_env_file: environmentFile,
  pass_environ: passEnvironment,
  unset_environ: unsetEnvironment,
  exec_input: standardInput,
  exec_output: standardOutput,
  exec_input_text: inputText,
  exec_input_data: inputData,
  log_extra_fields: logExtraFields,
  log_filter_patterns: logFilterPattern,
  exec_secure_bits: secureBits,
  capability_set: capabilitySet,
  bpf_delegate_commands: bpfDelegation,
  bpf_delegate_maps: bpfDelegation,
  bpf_delegate_programs: bpfDelegation,
  bpf_delegate_attachments: bpfDelegation,
  syscall_filter: systemCallFilter,
  syscall_archs: systemCallArchitectures,
  syscall_log: systemCallLog,
  namespace_flags: namespaceFlags,
  address_families: addressFamilies,
  namespace_path_strv: namespacePaths,
  colon_separated_paths: colonSeparatedPaths,
  bind_paths: bindPaths,
  temporary_filesystems: temporaryFileSystems,
  root_image_options: rootImageOptions,
  image_policy: imagePolicy,
  exec_root_hash: rootHash,
  exec_root_hash_sig: rootHashSignature,
  extension_images: extensionImages,
  mount_images: mountImages,
  exec_directories: execDirectories,
  set_credential: setCredential,
  'set_credential/encrypted': setEncryptedCredential,
  load_credential: loadCredential,
  import_credential: importCredential,
  open_file: openFile,
};
