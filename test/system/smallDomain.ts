/**
 * A VM with one disk that boots nothing, for tests of what its host tells. Emulated, as there is no hardware
 * virtualisation.
 * @param cpu the CPU of its only vCPU; without one it floats. All else of it is bound to CPU 0 and cell 0 then.
 */
export function smallDomain(name: string, disk: string, cpu?: string): string {
  return `
<domain type='qemu'>
  <name>${name}</name>
  <memory unit='MiB'>64</memory>
  <vcpu>1</vcpu>
  ${cpu === undefined ? "" : tuned(cpu)}
  <os><type arch='x86_64' machine='q35'>hvm</type></os>
  <devices>
    <disk type='file' device='disk'>
      <driver name='qemu' type='qcow2'/>
      <source file='${disk}'/>
      <target dev='vda' bus='virtio'/>
    </disk>
    <memballoon model='virtio'/>
  </devices>
</domain>`;
}

const tuned = (cpu: string) => `<iothreads>1</iothreads>
  <cputune>
    <shares>300</shares>
    <vcpupin vcpu='0' cpuset='${cpu}'/>
    <emulatorpin cpuset='0'/>
    <iothreadpin iothread='1' cpuset='0'/>
  </cputune>
  <numatune><memory mode='strict' nodeset='0'/></numatune>`;
