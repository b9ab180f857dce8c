/** Runs the stories in Node.js. */
const { connect } = await import(process.env.SDK);
const { main } = await import("./stage.mjs");
await main(connect, process.env.URL_OF_SERVER, process.env.CONTROL, process.env.STORIES);
