package ingest

// BothWays is bothWays, for tests that need the sample generator, which imports
// this package.
var BothWays = bothWays
