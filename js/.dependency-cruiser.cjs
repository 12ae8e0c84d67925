/** The folders of src, highest first: each imports from those below it, types included. */
const LAYERS = [
  "page",
  "app",
  "presenting",
  "teaching",
  "controls",
  "figures",
  "engines",
  "page-engine",
  "model",
  "text",
  "protocol",
  "interpreter",
  "dom",
];

module.exports = {
  forbidden: [
    ...LAYERS.slice(1).map((layer, index) => ({
      name: `${layer}-imports-nothing-above-it`,
      severity: "error",
      from: { path: `^src/${layer}/` },
      to: { path: `^src/(${LAYERS.slice(0, index + 1).join("|")})/` },
    })),
    {
      name: "the-interpreter-imports-only-itself",
      severity: "error",
      from: { path: "^src/interpreter/" },
      to: { pathNot: "^src/interpreter/" },
    },
    {
      name: "nothing-outside-the-layers-is-imported",
      severity: "error",
      from: {},
      to: { path: "^src/", pathNot: `^src/(${LAYERS.join("|")})/` },
    },
    {
      name: "nothing-outside-the-layers-imports",
      severity: "error",
      from: { path: "^src/", pathNot: `^src/(${LAYERS.join("|")})/` },
      to: {},
    },
    { name: "no-circles", severity: "error", from: {}, to: { circular: true } },
  ],
  // TypeScript 7 has no parser that others could use.
  options: { doNotFollow: { path: "node_modules" }, parser: "swc" },
};
