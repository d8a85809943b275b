// Generated from libvirt/schema by `node libvirt/schema/generate.ts`; do not edit.
import type * as types from "./index.ts";

/** A screen; exactly one kind. */
export interface DomainDevicesGraphic {
  /** VNC. */
  readonly vnc?: types.DomainDevicesGraphicVnc | undefined;
  /** SPICE. */
  readonly spice?: types.DomainDevicesGraphicSpice | undefined;
}

/** VNC. */
export interface DomainDevicesGraphicVnc {
  /** Port; -1: any. */
  readonly port?: number | undefined;
  /** Whether the host chooses the port. */
  readonly autoPort?: boolean | undefined;
  /** Port of the web socket; -1: any. */
  readonly webSocket?: number | undefined;
  /** Address of the host. Default: the loopback address. */
  readonly listen?: string | undefined;
  /** Keyboard. */
  readonly keymap?: string | undefined;
  /** Password; a secret. */
  readonly passwd?: string | undefined;
  /** Whether several may watch. One of `allow-exclusive`, `force-shared`, `ignore`. */
  readonly sharePolicy?: string | undefined;
  /** Where it listens. */
  readonly listeners?: readonly types.DomainDevicesGraphicVncListener[] | undefined;
}

/** Where it listens. */
export interface DomainDevicesGraphicVncListener {
  /** An address of the host. */
  readonly address?: types.DomainDevicesGraphicVncListenerAddress | undefined;
  /** A UNIX socket of the host. */
  readonly socket?: types.DomainDevicesGraphicVncListenerSocket | undefined;
}

/** An address. */
export interface DomainDevicesGraphicVncListenerAddress {
  /** Address of the host. */
  readonly address?: string | undefined;
}

/** A UNIX socket. */
export interface DomainDevicesGraphicVncListenerSocket {
  /** Path on the host. */
  readonly socket?: string | undefined;
}

/** SPICE. */
export interface DomainDevicesGraphicSpice {
  /** Port; -1: any. */
  readonly port?: number | undefined;
  /** Port with TLS; -1: any. */
  readonly tlsPort?: number | undefined;
  /** Whether the host chooses the ports. */
  readonly autoPort?: boolean | undefined;
  /** Address of the host. Default: the loopback address. */
  readonly listen?: string | undefined;
  /** Password; a secret. */
  readonly passwd?: string | undefined;
  /** Where it listens. */
  readonly listeners?: readonly types.DomainDevicesGraphicSpiceListener[] | undefined;
}

/** Where it listens. */
export interface DomainDevicesGraphicSpiceListener {
  /** An address of the host. */
  readonly address?: types.DomainDevicesGraphicSpiceListenerAddress | undefined;
  /** A UNIX socket of the host. */
  readonly socket?: types.DomainDevicesGraphicSpiceListenerSocket | undefined;
}

/** An address. */
export interface DomainDevicesGraphicSpiceListenerAddress {
  /** Address of the host. */
  readonly address?: string | undefined;
}

/** A UNIX socket. */
export interface DomainDevicesGraphicSpiceListenerSocket {
  /** Path on the host. */
  readonly socket?: string | undefined;
}
