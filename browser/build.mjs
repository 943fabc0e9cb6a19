// Makes templates/built: what the services serve to browsers from their own origin. Run by ./dev and by the Dockerfiles.
import { copyFile, mkdir, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const built = join(root, "templates", "built");
const packaged = (path) => join(root, "node_modules", path);

await rm(built, { recursive: true, force: true });
await mkdir(built, { recursive: true });
await build({
  entryPoints: { page: "browser/page.ts", worker: "browser/worker.ts" },
  splitting: true, // pdf.js comes with the first PDF
  chunkNames: "[name]-[hash]",
  absWorkingDir: root,
  outdir: built,
  bundle: true,
  minify: true,
  format: "esm",
  target: ["es2022"],
  legalComments: "eof",
  logLevel: "warning",
});
await copyFile(packaged("zxing-wasm/dist/reader/zxing_reader.wasm"), join(built, "zxing.wasm"));
await copyFile(packaged("pdfjs-dist/legacy/build/pdf.worker.min.mjs"), join(built, "pdf-worker.js"));
for (const name of ["jbig2", "openjpeg", "qcms_bg"]) {
  await copyFile(packaged(`pdfjs-dist/wasm/${name}.wasm`), join(built, `${name}.wasm`));
}
await copyFile(join(root, "verifier", "dictionaries", "1.bin"), join(built, "dictionary-1.bin"));
