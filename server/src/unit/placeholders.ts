/** What stands for something else in the files from which builds make unit files: `@bindir@`, `{{ name }}`, `{% if %}`, `${PREFIX}`. */

const placeholder = /@[A-Za-z_][\w.-]*@|\{[{%#]|[#%]\}|\}\}|\$\{\w+\}|<%|%>|^\s*(m4_|dnl\b|ifdef|ifelse)/m;

/** Whether a stretch of such a file holds a placeholder, so that nobody knows what will stand there. */
export const hasPlaceholder = (text: string): boolean => placeholder.test(text);

const statement = /\{%|<%(?!=)|\{\{\s*[#/^]|^\s*(m4_|ifdef|ifelse)/m;

/** Whether some lines of such a file come and go with conditions, so that nobody knows the file as a whole. */
export const hasStatements = (text: string): boolean => statement.test(text);
