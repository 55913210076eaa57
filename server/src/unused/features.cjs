// In place of what vscode-languageserver offers for notebooks and semantic tokens, and of its search for modules: our server has none of them.
// What it would add to the classes of a connection is left out.
const asItWas = base => base;
module.exports = { NotebookSyncFeature: asItWas, SemanticTokensFeature: asItWas };
