/** The one table of rules. A new rule is a row here, a function, a page in docs/rules, and a table of cases. */

import { ownVariable, pidFileDirectory, shellSyntax, unknownWord, wordLists } from './advice.ts';
import { missingUnit } from './dependencies.ts';
import { ignored, tooNew, unknownDirective, wrongSection } from './directives.ts';
import { isolateConflict, jobTimeoutWithoutEffect, pamKillMode, sandboxConflict } from './exec-conflicts.ts';
import { onlyHere, unknownUser } from './image/elsewhere.ts';
import { brokenInstall, sameUnitTwice } from './image/names.ts';
import { missingDirectory, missingMountPoint, readOnlyMark } from './image/places.ts';
import { isDirectory, missingInterpreter, missingLibrary, missingProgram, notExecutable, wrongArchitecture } from './image/programs.ts';
import { badAlias, badInstance, badUnitName, installIgnored, nothingEnabled } from './install.ts';
import { orderingCycle } from './ordering.ts';
import {
  apiMount,
  badName,
  ignoredDependency,
  nameMismatch,
  noTrigger,
  nothingToMount,
  selfDependency,
  socketConflict,
} from './other-units.ts';
import { profileKeys, profileSetting } from './portable/profile-settings.ts';
import { repeatedField, skippedLine, unclosedQuote } from './portable/release-file.ts';
import {
  badImageName,
  badPrefix,
  badScope,
  extensionMismatches,
  extensionName,
  noId,
  prefixesFitNoUnit,
  prefixesMissName,
  unknownProfile,
} from './portable/releases.ts';
import { emptyUnit, leftBehindType, missingRelease, unitBeside, unitOnHost, unmatchedPrefix, uselessProfile } from './portable/units.ts';
import type { Rule } from './rule.ts';
import { underProfile } from './sandbox/attached-unit.ts';
import { hiddenPath, noDevice, pathWithoutPlus, pidFile } from './sandbox/file-system.ts';
import { ambientCapability, needsRoot, rootUser, uselessCapability } from './sandbox/privileges.ts';
import { overridden, undoesProfile, widened } from './sandbox/profile-order.ts';
import { readOnlyPath } from './sandbox/read-only.ts';
import { noSetuid, notItsOwn } from './sandbox/rights.ts';
import { noLogSocket, noNotify } from './sandbox/sockets.ts';
import { executableMemory, fewTasks, lowPort, noBus, noNetwork } from './sandbox/surroundings.ts';
import { missingSystemCall } from './sandbox/system-calls.ts';
import { unknownSection } from './sections.ts';
import { noBusName, nothingToRun, oneshotConflict, serviceWithoutEffect, severalCommands } from './service-unit.ts';
import { unknownCode } from './silenced.ts';
import { badHeader, emptyKey, lineTooLong, noEquals, notUtf8, outsideSection } from './syntax.ts';
import { badValue, doubtfulValue, refusedValue, rewritten } from './value.ts';

export const rules: readonly Rule[] = [
  { code: 'unit/bad-header', severity: 'error', on: 'bad-header', check: badHeader },
  { code: 'unit/not-utf8', severity: 'error', on: 'not-utf8', check: notUtf8 },
  { code: 'unit/line-too-long', severity: 'error', on: 'line-too-long', check: lineTooLong },
  { code: 'unit/outside-section', severity: 'warning', on: 'outside-section', check: outsideSection },
  { code: 'unit/no-equals', severity: 'warning', on: 'no-equals', check: noEquals },
  { code: 'unit/empty-key', severity: 'warning', on: 'empty-key', check: emptyKey },
  { code: 'unit/unknown-section', severity: 'warning', on: 'section', check: unknownSection },
  { code: 'unit/unknown-directive', severity: 'warning', on: 'assignment', about: 'objections', check: unknownDirective },
  { code: 'unit/wrong-section', severity: 'warning', on: 'assignment', about: 'objections', check: wrongSection },
  { code: 'unit/too-new', severity: 'warning', on: 'assignment', about: 'objections', check: tooNew },
  { code: 'unit/ignored', severity: 'warning', fades: true, on: 'assignment', about: 'objections', check: ignored },
  { code: 'unit/refused-value', severity: 'error', on: 'assignment', about: 'objections', check: refusedValue },
  { code: 'unit/bad-value', severity: 'warning', on: 'assignment', about: 'objections', check: badValue },
  { code: 'unit/rewritten', severity: 'warning', on: 'assignment', about: 'objections', check: rewritten },
  { code: 'unit/doubtful-value', severity: 'warning', on: 'assignment', about: 'objections', check: doubtfulValue },
  { code: 'install/bad-unit-name', severity: 'error', on: 'assignment', about: { section: 'Install' }, check: badUnitName },
  { code: 'install/bad-alias', severity: 'error', on: 'assignment', about: { section: 'Install' }, check: badAlias },
  { code: 'install/bad-instance', severity: 'error', on: 'assignment', about: { section: 'Install' }, check: badInstance },
  { code: 'install/ignored', severity: 'warning', on: 'assignment', about: { section: 'Install' }, check: installIgnored },
  { code: 'advice/unknown-word', severity: 'warning', on: 'assignment', about: { keys: wordLists }, check: unknownWord },
  { code: 'advice/shell-syntax', severity: 'warning', on: 'assignment', check: shellSyntax },
  { code: 'advice/own-variable', severity: 'warning', on: 'assignment', about: { keys: ['Environment'] }, check: ownVariable },
  { code: 'advice/pid-file-directory', severity: 'warning', on: 'assignment', about: { keys: ['PIDFile'] }, check: pidFileDirectory },
  { code: 'advice/profile-setting', severity: 'warning', on: 'assignment', about: { keys: profileKeys }, check: profileSetting },
  { code: 'advice/unknown-code', severity: 'warning', on: 'silenced', check: unknownCode },
  { code: 'unit/self-dependency', severity: 'warning', on: 'whole', check: selfDependency },
  { code: 'unit/ignored-dependency', severity: 'warning', on: 'whole', check: ignoredDependency },
  { code: 'advice/missing-unit', severity: 'hint', on: 'whole', check: missingUnit },
  { code: 'advice/ordering-cycle', severity: 'warning', on: 'whole', check: orderingCycle },
  { code: 'install/nothing-enabled', severity: 'information', on: 'whole', check: nothingEnabled },
  { code: 'unit/bad-name', severity: 'error', on: 'whole', check: badName },
  { code: 'unit/isolate-conflict', severity: 'error', on: 'whole', check: isolateConflict },
  { code: 'unit/pam-kill-mode', severity: 'error', on: 'whole', check: pamKillMode },
  { code: 'unit/sandbox-conflict', severity: 'error', on: 'whole', check: sandboxConflict },
  { code: 'unit/nothing-to-run', severity: 'error', on: 'whole', check: nothingToRun },
  { code: 'unit/several-commands', severity: 'error', on: 'whole', check: severalCommands },
  { code: 'unit/oneshot-conflict', severity: 'error', on: 'whole', check: oneshotConflict },
  { code: 'unit/no-bus-name', severity: 'error', on: 'whole', check: noBusName },
  { code: 'unit/no-trigger', severity: 'error', on: 'whole', check: noTrigger },
  { code: 'unit/socket-conflict', severity: 'error', on: 'whole', check: socketConflict },
  { code: 'unit/name-mismatch', severity: 'error', on: 'whole', check: nameMismatch },
  { code: 'unit/api-mount', severity: 'error', on: 'whole', check: apiMount },
  { code: 'unit/nothing-to-mount', severity: 'error', on: 'whole', check: nothingToMount },
  { code: 'unit/without-effect', severity: 'warning', on: 'whole', check: serviceWithoutEffect },
  { code: 'unit/job-timeout', severity: 'warning', on: 'whole', check: jobTimeoutWithoutEffect },
  { code: 'image/missing-program', severity: 'error', on: 'whole', check: missingProgram },
  { code: 'image/not-executable', severity: 'error', on: 'whole', check: notExecutable },
  { code: 'image/is-directory', severity: 'error', on: 'whole', check: isDirectory },
  { code: 'image/wrong-architecture', severity: 'error', on: 'whole', check: wrongArchitecture },
  { code: 'image/missing-interpreter', severity: 'error', on: 'whole', check: missingInterpreter },
  { code: 'image/missing-library', severity: 'error', on: 'whole', check: missingLibrary },
  { code: 'image/missing-directory', severity: 'error', on: 'whole', check: missingDirectory },
  { code: 'image/missing-mount-point', severity: 'error', on: 'whole', check: missingMountPoint },
  { code: 'image/read-only-mark', severity: 'error', on: 'whole', check: readOnlyMark },
  { code: 'image/only-here', severity: 'hint', on: 'whole', check: onlyHere },
  { code: 'portable/unknown-user', severity: 'warning', on: 'whole', check: unknownUser },
  { code: 'image/broken-install', severity: 'warning', on: 'whole', check: brokenInstall },
  { code: 'image/same-unit-twice', severity: 'information', on: 'whole', check: sameUnitTwice },
  { code: 'portable/no-id', severity: 'error', on: 'release', check: noId },
  { code: 'portable/bad-scope', severity: 'error', on: 'release', check: badScope },
  { code: 'portable/bad-image-name', severity: 'warning', on: 'release', check: badImageName },
  { code: 'portable/prefixes-fit-no-unit', severity: 'warning', on: 'release', check: prefixesFitNoUnit },
  { code: 'portable/prefixes-miss-name', severity: 'warning', on: 'release', check: prefixesMissName },
  { code: 'portable/bad-prefix', severity: 'warning', on: 'release', check: badPrefix },
  { code: 'portable/unknown-profile', severity: 'warning', on: 'release', check: unknownProfile },
  { code: 'portable/extension-name', severity: 'warning', on: 'release', check: extensionName },
  { code: 'portable/extension-mismatch', severity: 'warning', on: 'release', check: extensionMismatches },
  { code: 'portable/missing-release', severity: 'error', on: 'portable', check: missingRelease },
  { code: 'portable/unmatched-prefix', severity: 'warning', on: 'portable', check: unmatchedPrefix },
  { code: 'portable/left-behind-type', severity: 'warning', on: 'portable', check: leftBehindType },
  { code: 'portable/empty-unit', severity: 'warning', on: 'portable', check: emptyUnit },
  { code: 'portable/unit-on-host', severity: 'warning', on: 'portable', check: unitOnHost },
  { code: 'portable/unit-beside', severity: 'information', on: 'portable', check: unitBeside },
  { code: 'portable/useless-profile', severity: 'warning', on: 'file', check: uselessProfile },
  { code: 'advice/skipped-line', severity: 'hint', on: 'release', check: skippedLine },
  { code: 'advice/unclosed-quote', severity: 'warning', on: 'release', check: unclosedQuote },
  { code: 'advice/repeated-field', severity: 'hint', on: 'release', check: repeatedField },
  { code: 'sandbox/undoes-profile', severity: 'warning', on: 'whole', check: underProfile(undoesProfile) },
  { code: 'sandbox/ambient-capability', severity: 'warning', on: 'whole', check: underProfile(ambientCapability) },
  { code: 'sandbox/useless-capability', severity: 'warning', on: 'whole', check: underProfile(uselessCapability) },
  { code: 'sandbox/hidden-path', severity: 'warning', on: 'whole', check: underProfile(hiddenPath) },
  { code: 'sandbox/pid-file', severity: 'warning', on: 'whole', check: underProfile(pidFile) },
  { code: 'sandbox/no-bus', severity: 'warning', on: 'whole', check: underProfile(noBus) },
  { code: 'sandbox/no-notify', severity: 'warning', on: 'whole', check: underProfile(noNotify) },
  { code: 'sandbox/no-log-socket', severity: 'information', on: 'whole', check: underProfile(noLogSocket) },
  { code: 'sandbox/no-device', severity: 'information', on: 'whole', check: underProfile(noDevice) },
  { code: 'sandbox/no-network', severity: 'information', on: 'whole', check: underProfile(noNetwork) },
  { code: 'sandbox/low-port', severity: 'warning', on: 'whole', check: underProfile(lowPort) },
  { code: 'sandbox/read-only-path', severity: 'warning', on: 'whole', check: underProfile(readOnlyPath) },
  { code: 'sandbox/not-its-own', severity: 'warning', on: 'whole', check: underProfile(notItsOwn) },
  { code: 'sandbox/no-setuid', severity: 'information', on: 'whole', check: underProfile(noSetuid) },
  { code: 'sandbox/needs-root', severity: 'information', on: 'whole', check: underProfile(needsRoot) },
  { code: 'sandbox/root-user', severity: 'information', on: 'whole', check: underProfile(rootUser, 'all') },
  { code: 'sandbox/executable-memory', severity: 'information', on: 'whole', check: underProfile(executableMemory) },
  { code: 'sandbox/missing-system-call', severity: 'hint', on: 'whole', check: underProfile(missingSystemCall) },
  { code: 'sandbox/few-tasks', severity: 'information', on: 'whole', check: underProfile(fewTasks) },
  { code: 'sandbox/path-without-plus', severity: 'hint', on: 'whole', check: underProfile(pathWithoutPlus) },
  { code: 'sandbox/overridden', severity: 'hint', fades: true, on: 'whole', check: underProfile(overridden) },
  { code: 'sandbox/widened', severity: 'hint', on: 'whole', check: underProfile(widened) },
];

/** Where the page of a rule lies below docs/rules: `unit/no-equals.md`. */
export const pageOf = (code: string): string => `${code}.md`;
