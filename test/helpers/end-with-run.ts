// A worker whose test run was killed would go on with its tests, and keep its servers.
process.once("disconnect", () => process.exit(1));
