// Stands in for a bundler: compiles the example with Babel, and links it with React and the JavaScript client of the node.
async function start(sdk) {
  const loaded = { "./portcullis.js": await import(sdk) };
  const text = async (path) => (await fetch(path)).text();
  const packages = {
    react: "react/cjs/react.development.js",
    "react/jsx-runtime": "react/cjs/react-jsx-runtime.development.js",
    scheduler: "scheduler/cjs/scheduler.development.js",
    "react-dom": "react-dom/cjs/react-dom.development.js",
    "react-dom/client": "react-dom/cjs/react-dom-client.development.js",
  };
  const sources = new Map();
  for (const [name, path] of Object.entries(packages)) sources.set(name, await text(`/packages/${path}`));
  for (const name of ["useRoom.js", "Chat.jsx", "main.jsx"]) {
    const options = { presets: [["react", { runtime: "automatic" }]], plugins: ["transform-modules-commonjs"], sourceType: "module" };
    sources.set(`./${name}`, Babel.transform(await text(`/react/${name}`), options).code);
  }
  const require = (name) => {
    if (!(name in loaded)) {
      const module = { exports: {} };
      loaded[name] = module.exports;
      new Function("module", "exports", "require", "process", sources.get(name))(module, module.exports, require, {
        env: { NODE_ENV: "development" },
      });
      loaded[name] = module.exports;
    }
    return loaded[name];
  };
  require("./main.jsx");
}
