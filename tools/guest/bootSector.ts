const SECTOR_BYTES = 512;
/** The table of partitions begins after the boot code and the disk's number. */
const TABLE = 446;
const ACTIVE = 0x80;
const LINUX = 0x83;
/** "Not to be told in cylinders, heads and sectors": what follows counts. */
const NO_CHS = [0xfe, 0xff, 0xff];

/** The first sector of a disk: boot code, and a table with one Linux partition. */
export function bootSector(
  code: Buffer,
  partition: { readonly start: number; readonly bytes: number },
): Buffer {
  const sector = Buffer.alloc(SECTOR_BYTES);
  code.copy(sector, 0, 0, TABLE);
  sector.set([ACTIVE, ...NO_CHS, LINUX, ...NO_CHS], TABLE);
  sector.writeUInt32LE(partition.start / SECTOR_BYTES, TABLE + 8);
  sector.writeUInt32LE(partition.bytes / SECTOR_BYTES, TABLE + 12);
  sector.set([0x55, 0xaa], SECTOR_BYTES - 2);
  return sector;
}
