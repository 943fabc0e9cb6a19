// Makes templates/built: what the services serve to browsers from their own origin. Run by ./dev and by the Dockerfiles.
import { copyFile, mkdir, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const built = join(root, "templates", "built");
const packaged = (path) => join(root, "node_modules", path);

await rm(built, { recursive: true, force: true });
await mkdir(built, { recursive: true });
await copyFile(packaged("htmx.org/dist/htmx.min.js"), join(built, "htmx.js"));
