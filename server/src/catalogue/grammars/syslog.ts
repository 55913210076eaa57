/** Levels and facilities of the system log (src/basic/syslog-util.c). */
import { isInteger } from './integer.ts';
import { enumeration } from './words.ts';

/** Log level, by name or number (log_level_from_string). */
export const logLevel = enumeration('log level', 'emerg alert crit err warning notice info debug', {
  also: value => isInteger(value, [0n, 7n]),
});

/** Log facility, by name or number (log_facility_unshifted_from_string). */
export const logFacility = enumeration(
  'log facility',
  'kern user mail daemon auth syslog lpr news uucp cron authpriv ftp local0 local1 local2 local3 local4 local5 local6 local7',
  { also: value => isInteger(value, [0n, 127n]) },
);
