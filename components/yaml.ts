import { stringify } from "yaml";

/** YAML of plain data. Long lines stay whole and equal objects are written out: readers other than ours parse it. */
export function renderYaml(value: unknown): string {
  return stringify(value, { lineWidth: 0, aliasDuplicateObjects: false });
}

/** A user-data document; cloud-init tells it by its first line. */
export function renderCloudConfig(value: unknown): string {
  return `#cloud-config\n${renderYaml(value)}`;
}
