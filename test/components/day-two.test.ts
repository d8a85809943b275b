import { expect, test } from "vitest";
import { requireFleet } from "../../model/fleet.ts";
import { k3sNodeOutputs, tellDayTwo } from "../../program/k3sNodes.ts";
import defaultStack from "../../stacks/default.ts";

const fleet = requireFleet(defaultStack);
const without = (name: string) => ({ ...fleet, vms: fleet.vms.filter((vm) => vm.name !== name) });
const before = k3sNodeOutputs(fleet);

/** The default stack's data VM with other vCPUs or another CPU manager. */
const changed = (change: { vcpus?: number; cpuManager?: "none" | "static" }) => ({
  ...fleet,
  vms: fleet.vms.map((vm) =>
    vm.name !== "k3s-worker-data"
      ? vm
      : {
          ...vm,
          vcpus: change.vcpus ?? vm.vcpus,
          k3s: { reserved: {}, ...vm.k3s, cpuManager: change.cpuManager },
        },
  ),
});

test("an update of the same fleet needs no hand", () => {
  expect(tellDayTwo(before, fleet)).toEqual([]);
  expect(before["k3s-worker-data"]).toEqual({
    node: "k3s-worker-data",
    service: "k3s-agent",
    vcpus: 12,
    cpuManager: "none",
  });
});

test("a first update, and outputs of another shape, tell nothing", () => {
  for (const outputs of [undefined, null, "x", { vm: null }, { vm: { node: 1 } }]) {
    expect(tellDayTwo(outputs, without("k3s-worker-data"))).toEqual([]);
  }
});

test("a VM that leaves without a node in the fleet is taken out of its cluster by hand", () => {
  const [finding, ...others] = tellDayTwo(before, without("k3s-worker-data"));
  expect(others).toEqual([]);
  expect(finding).toMatchObject({ rule: "day-two/node-left-behind", severity: "warn" });
  expect(finding?.remedy).toBe(
    "(1) before the update: kubectl drain --ignore-daemonsets --delete-emptydir-data k3s-worker-data; " +
      "(2) after it: kubectl delete node k3s-worker-data; " +
      "(3) then: kubectl --namespace kube-system delete secret k3s-worker-data.node-password.k3s --ignore-not-found",
  );
  const known = { ...before, "k3s-worker-data": { ...before["k3s-worker-data"], cluster: "lab" } };
  expect(tellDayTwo(known, without("k3s-worker-data"))).toEqual([]);
});

test("another CPU manager, or other vCPUs under static, is a plan in steps", () => {
  const [finding, ...others] = tellDayTwo(before, changed({ cpuManager: "static" }));
  expect(others).toEqual([]);
  expect(finding).toMatchObject({
    rule: "day-two/cpu-manager-checkpoint",
    severity: "warn",
    path: "vms[1].k3s.cpuManager",
    message: expect.stringContaining("its CPU manager changes from none to static"),
  });
  expect(finding?.remedy).toBe(
    "(1) drain: kubectl drain --ignore-daemonsets --delete-emptydir-data k3s-worker-data; " +
      "(2) stop, in the guest: systemctl stop k3s-agent; " +
      "(3) remove the checkpoint, in the guest: rm -f /var/lib/kubelet/cpu_manager_state; " +
      "(4) update: pulumi up, and restart the VM if it waits for that; " +
      "(5) check, in the guest: grep cpu-manager-policy /etc/rancher/k3s/config.yaml; " +
      "(6) start, in the guest: systemctl start k3s-agent; " +
      "(7) uncordon: kubectl uncordon k3s-worker-data",
  );
  const underStatic = k3sNodeOutputs(changed({ cpuManager: "static" }));
  expect(tellDayTwo(underStatic, changed({ cpuManager: "static", vcpus: 10 }))).toMatchObject([
    { message: expect.stringContaining("its vCPUs change from 12 to 10") },
  ]);
  // Without CPUs of its own for any pod there is nothing in the checkpoint that could be wrong.
  expect(tellDayTwo(before, changed({ vcpus: 10 }))).toEqual([]);
});
