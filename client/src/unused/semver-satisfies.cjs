// See semver-parse.cjs.
module.exports = () => true;
