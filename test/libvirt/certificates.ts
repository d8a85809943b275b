/** Certificates of a test's own for libvirt over TLS on the loopback address; a URI's `pkipath` names their folder. */
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

const KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
const EXTENSIONS = `subjectAltName=IP:127.0.0.1
extendedKeyUsage=serverAuth,clientAuth
keyUsage=digitalSignature,keyEncipherment
`;

/** Why none can be made here; undefined when they can. */
export function whyNoCertificates(): string | undefined {
  try {
    execFileSync("openssl", ["version"], { stdio: "ignore" });
    return undefined;
  } catch {
    return "openssl is not installed";
  }
}

/** Writes those of an authority, a server and a client, as libvirt calls the files. */
export function writeCertificates(folder: string): void {
  const openssl = (...args: string[]) => execFileSync("openssl", args, { cwd: folder, stdio: "ignore" });
  const ca = ["-keyout", "cakey.pem", "-out", "cacert.pem"];
  openssl("req", "-x509", ...KEY, ...ca, "-days", "2", "-subj", "/CN=numafleet test");
  writeFileSync(join(folder, "extensions"), EXTENSIONS);
  for (const name of ["server", "client"]) {
    const request = ["-keyout", `${name}key.pem`, "-out", `${name}.csr`];
    openssl("req", ...KEY, ...request, "-subj", "/CN=127.0.0.1");
    const signed = ["-CA", "cacert.pem", "-CAkey", "cakey.pem", "-CAcreateserial", "-extfile", "extensions"];
    openssl("x509", "-req", "-in", `${name}.csr`, ...signed, "-days", "2", "-out", `${name}cert.pem`);
  }
}
