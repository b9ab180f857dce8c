/** Runs the stories in Node.js. */
const { connect } = await import(process.env.SDK);
const { main } = await import("./scenarios.mjs");
await main(connect, process.env.URL_OF_SERVER, process.env.CONTROL);
