/** Linux capabilities of a container (LXC): what its processes may do beyond what users may. */
import { featureState } from "./featureState.ts";
import { choice, struct } from "./field.ts";

const capability = (xml: string, suffix: string, doc: string) =>
  featureState(xml, `DomainFeaturesCapabilities${suffix}`, doc);

export const capabilities = () =>
  struct("DomainFeaturesCapabilities", "Linux capabilities of a container.", {
    policy: choice(
      "@policy",
      "What holds for those that are not listed: libvirt's choice (default), all of them (allow) or none (deny).",
      ["default", "allow", "deny"],
    ),
    auditControl: capability("audit_control", "AuditControl", "Control kernel auditing."),
    auditWrite: capability("audit_write", "AuditWrite", "Write to the audit log."),
    blockSuspend: capability("block_suspend", "BlockSuspend", "Keep the host from suspending."),
    chown: capability("chown", "Chown", "Change owners of files."),
    dacOverride: capability("dac_override", "DacOverride", "Pass over rights of files."),
    dacReadSearch: capability(
      "dac_read_search",
      "DacReadSearch",
      "Pass over rights to read files and folders.",
    ),
    fowner: capability("fowner", "Fowner", "Act on files as their owner could."),
    fsetId: capability("fsetid", "FsetId", "Keep set-user-id bits of files that change."),
    ipcLock: capability("ipc_lock", "IpcLock", "Lock memory."),
    ipcOwner: capability("ipc_owner", "IpcOwner", "Pass over rights of System V IPC objects."),
    kill: capability("kill", "Kill", "Send signals to any process."),
    lease: capability("lease", "Lease", "Take leases on any file."),
    linuxImmutable: capability(
      "linux_immutable",
      "LinuxImmutable",
      "Set the append-only and immutable attributes.",
    ),
    macAdmin: capability("mac_admin", "MacAdmin", "Change mandatory access control."),
    macOverride: capability("mac_override", "MacOverride", "Pass over mandatory access control."),
    mkNod: capability("mknod", "MkNod", "Make device files."),
    netAdmin: capability("net_admin", "NetAdmin", "Configure networks."),
    netBindService: capability("net_bind_service", "NetBindService", "Listen on ports below 1024."),
    netBroadcast: capability("net_broadcast", "NetBroadcast", "Send broadcasts."),
    netRaw: capability("net_raw", "NetRaw", "Use raw sockets."),
    setFCap: capability("setfcap", "SetFCap", "Set capabilities of files."),
    setGid: capability("setgid", "SetGid", "Change group ids."),
    setPCap: capability("setpcap", "SetPCap", "Change capabilities of processes."),
    setUid: capability("setuid", "SetUid", "Change user ids."),
    sysAdmin: capability("sys_admin", "SysAdmin", "Administer the system."),
    sysBoot: capability("sys_boot", "SysBoot", "Reboot, and load another kernel."),
    sysChRoot: capability("sys_chroot", "SysChRoot", "Change the root folder."),
    sysLog: capability("syslog", "SysLog", "Read and control the kernel's log."),
    sysModule: capability("sys_module", "SysModule", "Load and unload kernel modules."),
    sysNice: capability("sys_nice", "SysNice", "Raise priorities and set CPU affinity."),
    sysPAcct: capability("sys_pacct", "SysPAcct", "Turn process accounting on and off."),
    sysPTrace: capability("sys_ptrace", "SysPTrace", "Trace any process."),
    sysRawIo: capability("sys_rawio", "SysRawIo", "Access I/O ports and raw devices."),
    sysResource: capability("sys_resource", "SysResource", "Pass over limits of resources."),
    sysTime: capability("sys_time", "SysTime", "Set the clock."),
    // Spelled as the typed provider spells it.
    sysTtyCnofig: capability("sys_tty_config", "SysTtyCnofig", "Configure terminals."),
    wakeAlarm: capability("wake_alarm", "WakeAlarm", "Wake the host by timers."),
  });
