// Generated from libvirt/schema by `node libvirt/schema/generate.ts`; do not edit.
import type * as types from "./index.ts";

/** Linux capabilities of a container. */
export interface DomainFeaturesCapabilities {
  /** What holds for those that are not listed: libvirt's choice (default), all of them (allow) or none (deny). One of `default`, `allow`, `deny`. */
  readonly policy?: string | undefined;
  /** Control kernel auditing. */
  readonly auditControl?: types.DomainFeaturesCapabilitiesAuditControl | undefined;
  /** Write to the audit log. */
  readonly auditWrite?: types.DomainFeaturesCapabilitiesAuditWrite | undefined;
  /** Keep the host from suspending. */
  readonly blockSuspend?: types.DomainFeaturesCapabilitiesBlockSuspend | undefined;
  /** Change owners of files. */
  readonly chown?: types.DomainFeaturesCapabilitiesChown | undefined;
  /** Pass over rights of files. */
  readonly dacOverride?: types.DomainFeaturesCapabilitiesDacOverride | undefined;
  /** Pass over rights to read files and folders. */
  readonly dacReadSearch?: types.DomainFeaturesCapabilitiesDacReadSearch | undefined;
  /** Act on files as their owner could. */
  readonly fowner?: types.DomainFeaturesCapabilitiesFowner | undefined;
  /** Keep set-user-id bits of files that change. */
  readonly fsetId?: types.DomainFeaturesCapabilitiesFsetId | undefined;
  /** Lock memory. */
  readonly ipcLock?: types.DomainFeaturesCapabilitiesIpcLock | undefined;
  /** Pass over rights of System V IPC objects. */
  readonly ipcOwner?: types.DomainFeaturesCapabilitiesIpcOwner | undefined;
  /** Send signals to any process. */
  readonly kill?: types.DomainFeaturesCapabilitiesKill | undefined;
  /** Take leases on any file. */
  readonly lease?: types.DomainFeaturesCapabilitiesLease | undefined;
  /** Set the append-only and immutable attributes. */
  readonly linuxImmutable?: types.DomainFeaturesCapabilitiesLinuxImmutable | undefined;
  /** Change mandatory access control. */
  readonly macAdmin?: types.DomainFeaturesCapabilitiesMacAdmin | undefined;
  /** Pass over mandatory access control. */
  readonly macOverride?: types.DomainFeaturesCapabilitiesMacOverride | undefined;
  /** Make device files. */
  readonly mkNod?: types.DomainFeaturesCapabilitiesMkNod | undefined;
  /** Configure networks. */
  readonly netAdmin?: types.DomainFeaturesCapabilitiesNetAdmin | undefined;
  /** Listen on ports below 1024. */
  readonly netBindService?: types.DomainFeaturesCapabilitiesNetBindService | undefined;
  /** Send broadcasts. */
  readonly netBroadcast?: types.DomainFeaturesCapabilitiesNetBroadcast | undefined;
  /** Use raw sockets. */
  readonly netRaw?: types.DomainFeaturesCapabilitiesNetRaw | undefined;
  /** Set capabilities of files. */
  readonly setFCap?: types.DomainFeaturesCapabilitiesSetFCap | undefined;
  /** Change group ids. */
  readonly setGid?: types.DomainFeaturesCapabilitiesSetGid | undefined;
  /** Change capabilities of processes. */
  readonly setPCap?: types.DomainFeaturesCapabilitiesSetPCap | undefined;
  /** Change user ids. */
  readonly setUid?: types.DomainFeaturesCapabilitiesSetUid | undefined;
  /** Administer the system. */
  readonly sysAdmin?: types.DomainFeaturesCapabilitiesSysAdmin | undefined;
  /** Reboot, and load another kernel. */
  readonly sysBoot?: types.DomainFeaturesCapabilitiesSysBoot | undefined;
  /** Change the root folder. */
  readonly sysChRoot?: types.DomainFeaturesCapabilitiesSysChRoot | undefined;
  /** Read and control the kernel's log. */
  readonly sysLog?: types.DomainFeaturesCapabilitiesSysLog | undefined;
  /** Load and unload kernel modules. */
  readonly sysModule?: types.DomainFeaturesCapabilitiesSysModule | undefined;
  /** Raise priorities and set CPU affinity. */
  readonly sysNice?: types.DomainFeaturesCapabilitiesSysNice | undefined;
  /** Turn process accounting on and off. */
  readonly sysPAcct?: types.DomainFeaturesCapabilitiesSysPAcct | undefined;
  /** Trace any process. */
  readonly sysPTrace?: types.DomainFeaturesCapabilitiesSysPTrace | undefined;
  /** Access I/O ports and raw devices. */
  readonly sysRawIo?: types.DomainFeaturesCapabilitiesSysRawIo | undefined;
  /** Pass over limits of resources. */
  readonly sysResource?: types.DomainFeaturesCapabilitiesSysResource | undefined;
  /** Set the clock. */
  readonly sysTime?: types.DomainFeaturesCapabilitiesSysTime | undefined;
  /** Configure terminals. */
  readonly sysTtyCnofig?: types.DomainFeaturesCapabilitiesSysTtyCnofig | undefined;
  /** Wake the host by timers. */
  readonly wakeAlarm?: types.DomainFeaturesCapabilitiesWakeAlarm | undefined;
}

/** Control kernel auditing. */
export interface DomainFeaturesCapabilitiesAuditControl {
  /** On or off. One of `on`, `off`. */
  readonly state?: string | undefined;
}

/** Write to the audit log. */
export interface DomainFeaturesCapabilitiesAuditWrite {
  /** On or off. One of `on`, `off`. */
  readonly state?: string | undefined;
}

/** Keep the host from suspending. */
export interface DomainFeaturesCapabilitiesBlockSuspend {
  /** On or off. One of `on`, `off`. */
  readonly state?: string | undefined;
}

/** Change owners of files. */
export interface DomainFeaturesCapabilitiesChown {
  /** On or off. One of `on`, `off`. */
  readonly state?: string | undefined;
}

/** Pass over rights of files. */
export interface DomainFeaturesCapabilitiesDacOverride {
  /** On or off. One of `on`, `off`. */
  readonly state?: string | undefined;
}

/** Pass over rights to read files and folders. */
export interface DomainFeaturesCapabilitiesDacReadSearch {
  /** On or off. One of `on`, `off`. */
  readonly state?: string | undefined;
}

/** Act on files as their owner could. */
export interface DomainFeaturesCapabilitiesFowner {
  /** On or off. One of `on`, `off`. */
  readonly state?: string | undefined;
}

/** Keep set-user-id bits of files that change. */
export interface DomainFeaturesCapabilitiesFsetId {
  /** On or off. One of `on`, `off`. */
  readonly state?: string | undefined;
}

/** Lock memory. */
export interface DomainFeaturesCapabilitiesIpcLock {
  /** On or off. One of `on`, `off`. */
  readonly state?: string | undefined;
}

/** Pass over rights of System V IPC objects. */
export interface DomainFeaturesCapabilitiesIpcOwner {
  /** On or off. One of `on`, `off`. */
  readonly state?: string | undefined;
}

/** Send signals to any process. */
export interface DomainFeaturesCapabilitiesKill {
  /** On or off. One of `on`, `off`. */
  readonly state?: string | undefined;
}

/** Take leases on any file. */
export interface DomainFeaturesCapabilitiesLease {
  /** On or off. One of `on`, `off`. */
  readonly state?: string | undefined;
}

/** Set the append-only and immutable attributes. */
export interface DomainFeaturesCapabilitiesLinuxImmutable {
  /** On or off. One of `on`, `off`. */
  readonly state?: string | undefined;
}

/** Change mandatory access control. */
export interface DomainFeaturesCapabilitiesMacAdmin {
  /** On or off. One of `on`, `off`. */
  readonly state?: string | undefined;
}

/** Pass over mandatory access control. */
export interface DomainFeaturesCapabilitiesMacOverride {
  /** On or off. One of `on`, `off`. */
  readonly state?: string | undefined;
}

/** Make device files. */
export interface DomainFeaturesCapabilitiesMkNod {
  /** On or off. One of `on`, `off`. */
  readonly state?: string | undefined;
}

/** Configure networks. */
export interface DomainFeaturesCapabilitiesNetAdmin {
  /** On or off. One of `on`, `off`. */
  readonly state?: string | undefined;
}

/** Listen on ports below 1024. */
export interface DomainFeaturesCapabilitiesNetBindService {
  /** On or off. One of `on`, `off`. */
  readonly state?: string | undefined;
}

/** Send broadcasts. */
export interface DomainFeaturesCapabilitiesNetBroadcast {
  /** On or off. One of `on`, `off`. */
  readonly state?: string | undefined;
}

/** Use raw sockets. */
export interface DomainFeaturesCapabilitiesNetRaw {
  /** On or off. One of `on`, `off`. */
  readonly state?: string | undefined;
}

/** Set capabilities of files. */
export interface DomainFeaturesCapabilitiesSetFCap {
  /** On or off. One of `on`, `off`. */
  readonly state?: string | undefined;
}

/** Change group ids. */
export interface DomainFeaturesCapabilitiesSetGid {
  /** On or off. One of `on`, `off`. */
  readonly state?: string | undefined;
}

/** Change capabilities of processes. */
export interface DomainFeaturesCapabilitiesSetPCap {
  /** On or off. One of `on`, `off`. */
  readonly state?: string | undefined;
}

/** Change user ids. */
export interface DomainFeaturesCapabilitiesSetUid {
  /** On or off. One of `on`, `off`. */
  readonly state?: string | undefined;
}

/** Administer the system. */
export interface DomainFeaturesCapabilitiesSysAdmin {
  /** On or off. One of `on`, `off`. */
  readonly state?: string | undefined;
}

/** Reboot, and load another kernel. */
export interface DomainFeaturesCapabilitiesSysBoot {
  /** On or off. One of `on`, `off`. */
  readonly state?: string | undefined;
}

/** Change the root folder. */
export interface DomainFeaturesCapabilitiesSysChRoot {
  /** On or off. One of `on`, `off`. */
  readonly state?: string | undefined;
}

/** Read and control the kernel's log. */
export interface DomainFeaturesCapabilitiesSysLog {
  /** On or off. One of `on`, `off`. */
  readonly state?: string | undefined;
}

/** Load and unload kernel modules. */
export interface DomainFeaturesCapabilitiesSysModule {
  /** On or off. One of `on`, `off`. */
  readonly state?: string | undefined;
}

/** Raise priorities and set CPU affinity. */
export interface DomainFeaturesCapabilitiesSysNice {
  /** On or off. One of `on`, `off`. */
  readonly state?: string | undefined;
}

/** Turn process accounting on and off. */
export interface DomainFeaturesCapabilitiesSysPAcct {
  /** On or off. One of `on`, `off`. */
  readonly state?: string | undefined;
}

/** Trace any process. */
export interface DomainFeaturesCapabilitiesSysPTrace {
  /** On or off. One of `on`, `off`. */
  readonly state?: string | undefined;
}

/** Access I/O ports and raw devices. */
export interface DomainFeaturesCapabilitiesSysRawIo {
  /** On or off. One of `on`, `off`. */
  readonly state?: string | undefined;
}

/** Pass over limits of resources. */
export interface DomainFeaturesCapabilitiesSysResource {
  /** On or off. One of `on`, `off`. */
  readonly state?: string | undefined;
}

/** Set the clock. */
export interface DomainFeaturesCapabilitiesSysTime {
  /** On or off. One of `on`, `off`. */
  readonly state?: string | undefined;
}

/** Configure terminals. */
export interface DomainFeaturesCapabilitiesSysTtyCnofig {
  /** On or off. One of `on`, `off`. */
  readonly state?: string | undefined;
}

/** Wake the host by timers. */
export interface DomainFeaturesCapabilitiesWakeAlarm {
  /** On or off. One of `on`, `off`. */
  readonly state?: string | undefined;
}
