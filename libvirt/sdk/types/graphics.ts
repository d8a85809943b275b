// Generated from libvirt/schema by `node libvirt/schema/generate.ts`; do not edit.
import type * as types from "./index.ts";

/** A screen; exactly one kind. */
export interface DomainDevicesGraphic {
  /** VNC. */
  readonly vnc?: types.DomainDevicesGraphicVnc | undefined;
  /** SPICE. */
  readonly spice?: types.DomainDevicesGraphicSpice | undefined;
  /** RDP (VirtualBox, and QEMU from libvirt 11.1). */
  readonly rdp?: types.DomainDevicesGraphicRdp | undefined;
  /** A window on the host. */
  readonly sdl?: types.DomainDevicesGraphicSdl | undefined;
  /** D-Bus, for a program of the host that shows the screen. */
  readonly dbus?: types.DomainDevicesGraphicDbus | undefined;
  /** A window of VirtualBox on the host. */
  readonly desktop?: types.DomainDevicesGraphicDesktop | undefined;
  /** OpenGL for another screen, without one of its own. */
  readonly eglHeadless?: types.DomainDevicesGraphicEglHeadless | undefined;
  /** Sound of the screen. */
  readonly audio?: types.DomainDevicesGraphicAudio | undefined;
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
  /** Path of a UNIX socket on the host, in place of a port. */
  readonly socket?: string | undefined;
  /** Keyboard, such as `de`. Default: the client's. */
  readonly keymap?: string | undefined;
  /** Password; a secret. */
  readonly passwd?: string | undefined;
  /** When the password expires, in UTC. Default: never. */
  readonly passwdValidTo?: string | undefined;
  /** What a new password does to those who watch; QEMU only keeps them. One of `keep`. */
  readonly connected?: string | undefined;
  /** Whether several may watch. One of `allow-exclusive`, `force-shared`, `ignore`. */
  readonly sharePolicy?: string | undefined;
  /** Whether clients may shut down and reset the VM. Default: no. One of `yes`, `no`. */
  readonly powerControl?: string | undefined;
  /** Where it listens. */
  readonly listeners?: readonly types.DomainDevicesGraphicVncListener[] | undefined;
}

/** Where it listens; without any of these, nowhere. */
export interface DomainDevicesGraphicVncListener {
  /** An address of the host. */
  readonly address?: types.DomainDevicesGraphicVncListenerAddress | undefined;
  /** The host's address in a libvirt network. */
  readonly network?: types.DomainDevicesGraphicVncListenerNetwork | undefined;
  /** A UNIX socket of the host. */
  readonly socket?: types.DomainDevicesGraphicVncListenerSocket | undefined;
}

/** An address. */
export interface DomainDevicesGraphicVncListenerAddress {
  /** Address of the host. */
  readonly address?: string | undefined;
}

/** The host's address in a libvirt network. */
export interface DomainDevicesGraphicVncListenerNetwork {
  /** Name of the network. */
  readonly network?: string | undefined;
  /** The address; libvirt sets it while the VM runs. */
  readonly address?: string | undefined;
}

/** A UNIX socket. */
export interface DomainDevicesGraphicVncListenerSocket {
  /** Path on the host. Default: libvirt's choice. */
  readonly socket?: string | undefined;
}

/** SPICE. */
export interface DomainDevicesGraphicSpice {
  /** Port; -1: any. */
  readonly port?: number | undefined;
  /** Port with TLS; -1: any. */
  readonly tlsPort?: number | undefined;
  /** Whether the host chooses the ports. Without this and a port it listens nowhere. */
  readonly autoPort?: boolean | undefined;
  /** Address of the host. Default: the loopback address. */
  readonly listen?: string | undefined;
  /** Keyboard, such as `de`. Default: the client's. */
  readonly keymap?: string | undefined;
  /** Password; a secret. */
  readonly passwd?: string | undefined;
  /** When the password expires, in UTC. Default: never. */
  readonly passwdValidTo?: string | undefined;
  /** What a new password does to those who watch. One of `fail`, `disconnect`, `keep`. */
  readonly connected?: string | undefined;
  /** Where it listens. */
  readonly listeners?: readonly types.DomainDevicesGraphicSpiceListener[] | undefined;
  /** Encryption of channels that are not listed. Default: any. One of `any`, `secure`, `insecure`. */
  readonly defaultMode?: string | undefined;
  /** Encryption by channel. */
  readonly channels?: readonly types.DomainDevicesGraphicSpiceChannel[] | undefined;
  /** Compression of images. */
  readonly image?: types.DomainDevicesGraphicSpiceImage | undefined;
  /** JPEG compression over slow links. */
  readonly jpeg?: types.DomainDevicesGraphicSpiceJpeg | undefined;
  /** Compression of what glz leaves, over slow links. */
  readonly zlib?: types.DomainDevicesGraphicSpiceZlib | undefined;
  /** Compression of sound. */
  readonly playback?: types.DomainDevicesGraphicSpicePlayback | undefined;
  /** What is streamed as video. */
  readonly streaming?: types.DomainDevicesGraphicSpiceStreaming | undefined;
  /** Who moves the pointer. Default: the client, where it can. */
  readonly mouse?: types.DomainDevicesGraphicSpiceMouse | undefined;
  /** Clipboard. */
  readonly clipBoard?: types.DomainDevicesGraphicSpiceClipBoard | undefined;
  /** File transfer from client to guest. */
  readonly fileTransfer?: types.DomainDevicesGraphicSpiceFileTransfer | undefined;
  /** OpenGL on the host. */
  readonly gl?: types.DomainDevicesGraphicSpiceGl | undefined;
}

/** Where it listens; without any of these, nowhere. */
export interface DomainDevicesGraphicSpiceListener {
  /** An address of the host. */
  readonly address?: types.DomainDevicesGraphicSpiceListenerAddress | undefined;
  /** The host's address in a libvirt network. */
  readonly network?: types.DomainDevicesGraphicSpiceListenerNetwork | undefined;
  /** A UNIX socket of the host. */
  readonly socket?: types.DomainDevicesGraphicSpiceListenerSocket | undefined;
}

/** An address. */
export interface DomainDevicesGraphicSpiceListenerAddress {
  /** Address of the host. */
  readonly address?: string | undefined;
}

/** The host's address in a libvirt network. */
export interface DomainDevicesGraphicSpiceListenerNetwork {
  /** Name of the network. */
  readonly network?: string | undefined;
  /** The address; libvirt sets it while the VM runs. */
  readonly address?: string | undefined;
}

/** A UNIX socket. */
export interface DomainDevicesGraphicSpiceListenerSocket {
  /** Path on the host. Default: libvirt's choice. */
  readonly socket?: string | undefined;
}

/** A channel. */
export interface DomainDevicesGraphicSpiceChannel {
  /** Name. One of `main`, `display`, `inputs`, `cursor`, `playback`, `record`, `smartcard`, `usbredir`. */
  readonly name: string;
  /** Encryption: as the client likes, with TLS, without. One of `any`, `secure`, `insecure`. */
  readonly mode: string;
}

/** Compression of images. */
export interface DomainDevicesGraphicSpiceImage {
  /** Compression of images. One of `auto_glz`, `auto_lz`, `quic`, `glz`, `lz`, `off`. */
  readonly compression: string;
}

/** JPEG compression over slow links. */
export interface DomainDevicesGraphicSpiceJpeg {
  /** JPEG compression over slow links. One of `auto`, `never`, `always`. */
  readonly compression: string;
}

/** Compression of what glz leaves, over slow links. */
export interface DomainDevicesGraphicSpiceZlib {
  /** Compression of what glz leaves, over slow links. One of `auto`, `never`, `always`. */
  readonly compression: string;
}

/** Compression of sound. */
export interface DomainDevicesGraphicSpicePlayback {
  /** Compression of sound. One of `on`, `off`. */
  readonly compression: string;
}

/** What is streamed as video. */
export interface DomainDevicesGraphicSpiceStreaming {
  /** What is streamed as video. One of `filter`, `all`, `off`. */
  readonly mode: string;
}

/** Who moves the pointer. Default: the client, where it can. */
export interface DomainDevicesGraphicSpiceMouse {
  /** Who moves the pointer. Default: the client, where it can. One of `server`, `client`. */
  readonly mode: string;
}

/** Clipboard. */
export interface DomainDevicesGraphicSpiceClipBoard {
  /** Whether it is shared. Default: yes. One of `yes`, `no`. */
  readonly copyPaste: string;
}

/** File transfer. */
export interface DomainDevicesGraphicSpiceFileTransfer {
  /** Whether clients may send files. Default: yes. One of `yes`, `no`. */
  readonly enable: string;
}

/** OpenGL. */
export interface DomainDevicesGraphicSpiceGl {
  /** Whether the host renders with OpenGL. Default: no. One of `yes`, `no`. */
  readonly enable?: string | undefined;
  /** Path of the host's DRI device, such as /dev/dri/renderD128. */
  readonly renderNode?: string | undefined;
}

/** RDP. */
export interface DomainDevicesGraphicRdp {
  /** Port; -1: any. */
  readonly port?: number | undefined;
  /** Whether the host chooses the port. */
  readonly autoPort?: boolean | undefined;
  /** Whether who comes replaces who is there. One of `yes`, `no`. */
  readonly replaceUser?: string | undefined;
  /** Whether several may watch. One of `yes`, `no`. */
  readonly multiUser?: string | undefined;
  /** User that clients log in as. */
  readonly username?: string | undefined;
  /** Password; a secret. */
  readonly passwd?: string | undefined;
  /** Address of the host. Default: the loopback address. */
  readonly listen?: string | undefined;
  /** Where it listens. */
  readonly listeners?: readonly types.DomainDevicesGraphicRdpListener[] | undefined;
}

/** Where it listens; without any of these, nowhere. */
export interface DomainDevicesGraphicRdpListener {
  /** An address of the host. */
  readonly address?: types.DomainDevicesGraphicRdpListenerAddress | undefined;
  /** The host's address in a libvirt network. */
  readonly network?: types.DomainDevicesGraphicRdpListenerNetwork | undefined;
  /** A UNIX socket of the host. */
  readonly socket?: types.DomainDevicesGraphicRdpListenerSocket | undefined;
}

/** An address. */
export interface DomainDevicesGraphicRdpListenerAddress {
  /** Address of the host. */
  readonly address?: string | undefined;
}

/** The host's address in a libvirt network. */
export interface DomainDevicesGraphicRdpListenerNetwork {
  /** Name of the network. */
  readonly network?: string | undefined;
  /** The address; libvirt sets it while the VM runs. */
  readonly address?: string | undefined;
}

/** A UNIX socket. */
export interface DomainDevicesGraphicRdpListenerSocket {
  /** Path on the host. Default: libvirt's choice. */
  readonly socket?: string | undefined;
}

/** A window on the host. */
export interface DomainDevicesGraphicSdl {
  /** X display of the host, such as `:0.0`. */
  readonly display?: string | undefined;
  /** Path of the X authority file on the host. */
  readonly xauth?: string | undefined;
  /** Whether the window fills the screen. Default: no. One of `yes`, `no`. */
  readonly fullScreen?: string | undefined;
  /** OpenGL on the host. */
  readonly gl?: types.DomainDevicesGraphicSdlGl | undefined;
}

/** OpenGL. */
export interface DomainDevicesGraphicSdlGl {
  /** Whether the host renders with OpenGL. Default: no. One of `yes`, `no`. */
  readonly enable?: string | undefined;
}

/** D-Bus, for a program of the host that shows the screen. */
export interface DomainDevicesGraphicDbus {
  /** Address of the bus. Default: one of libvirt's own. */
  readonly address?: string | undefined;
  /** Whether clients connect without a bus; not together with `address`. Default: no. One of `yes`, `no`. */
  readonly p2p?: string | undefined;
  /** OpenGL on the host. */
  readonly gl?: types.DomainDevicesGraphicDbusGl | undefined;
}

/** OpenGL. */
export interface DomainDevicesGraphicDbusGl {
  /** Whether the host renders with OpenGL. Default: no. One of `yes`, `no`. */
  readonly enable?: string | undefined;
  /** Path of the host's DRI device, such as /dev/dri/renderD128. */
  readonly renderNode?: string | undefined;
}

/** A window of VirtualBox on the host. */
export interface DomainDevicesGraphicDesktop {
  /** X display of the host, such as `:0.0`. */
  readonly display?: string | undefined;
  /** Whether the window fills the screen. Default: no. One of `yes`, `no`. */
  readonly fullScreen?: string | undefined;
}

/** OpenGL for another screen, without one of its own. */
export interface DomainDevicesGraphicEglHeadless {
  /** OpenGL on the host. */
  readonly gl?: types.DomainDevicesGraphicEglHeadlessGl | undefined;
}

/** OpenGL. */
export interface DomainDevicesGraphicEglHeadlessGl {
  /** Path of the host's DRI device. Default: libvirt's choice. */
  readonly renderNode?: string | undefined;
}

/** Sound of the screen. */
export interface DomainDevicesGraphicAudio {
  /** Id of the audio backend that plays it; for VNC and D-Bus. */
  readonly id?: number | undefined;
}
