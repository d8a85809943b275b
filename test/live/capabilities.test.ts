/** libvirt's capabilities as recorded, and as no host can be. */
import { describe, expect, it } from "vitest";
import { parseDocument } from "../../libvirt/xml/element.ts";
import { cellsOf, poolOf } from "../../live/capabilities.ts";

const cells = (...list: readonly string[]) =>
  cellsOf(
    parseDocument(
      `<capabilities><host><topology><cells num='${list.length}'>${list.join("")}</cells></topology></host></capabilities>`,
    ),
  );
const cell = (id: number, cpus: readonly string[], more = "<memory unit='KiB'>65958900</memory>") =>
  `<cell id='${id}'>${more}<cpus num='${cpus.length}'>${cpus.join("")}</cpus></cell>`;
const cpu = (id: number, siblings: string, socket = 0) =>
  `<cpu id='${id}' socket_id='${socket}' die_id='0' core_id='${id}' siblings='${siblings}'/>`;

describe("cells", () => {
  it("of two sockets with distances and hugepages of two sizes", () => {
    const more = (own: number, far: number) => `<memory unit='KiB'>65958900</memory>
      <pages unit='KiB' size='4'>16489725</pages><pages unit='KiB' size='2048'>1024</pages><pages unit='KiB' size='1048576'>8</pages>
      <distances><sibling id='0' value='${own}'/><sibling id='1' value='${far}'/></distances>`;
    const both = cells(
      cell(0, [cpu(0, "0,4"), cpu(1, "1,5"), cpu(4, "0,4"), cpu(5, "1,5")], more(10, 21)),
      cell(1, [cpu(2, "2,6", 1), cpu(3, "3,7", 1), cpu(6, "2,6", 1), cpu(7, "3,7", 1)], more(21, 10)),
    );
    const same = {
      memory: 65958900 * 1024,
      hugepages: new Map([
        [2 ** 21, 1024],
        [2 ** 30, 8],
      ]),
    };
    expect(both).toEqual([
      {
        id: 0,
        ...same,
        cores: [
          [0, 4],
          [1, 5],
        ],
        distances: new Map([
          [0, 10],
          [1, 21],
        ]),
      },
      {
        id: 1,
        ...same,
        cores: [
          [2, 6],
          [3, 7],
        ],
        distances: new Map([
          [0, 21],
          [1, 10],
        ]),
      },
    ]);
  });

  it("with SMT off have cores of one thread", () => {
    expect(cells(cell(0, [cpu(0, "0"), cpu(1, "1")]))[0]?.cores).toEqual([[0], [1]]);
  });

  it("with a CPU that is offline name it without siblings", () => {
    expect(cells(cell(0, [cpu(0, "0,2"), "<cpu id='1'/>", cpu(2, "0,2")]))[0]?.cores).toEqual([[0, 2], [1]]);
  });

  it("of a machine without NUMA are one, and tell no distances", () => {
    expect(cells(cell(0, [cpu(0, "0")]))).toEqual([
      { id: 0, memory: 65958900 * 1024, cores: [[0]], hugepages: new Map(), distances: new Map() },
    ]);
  });

  it("of memory alone have no core", () => {
    expect(cells(cell(0, [cpu(0, "0")]), cell(1, [])).map(({ cores }) => cores)).toEqual([[[0]], []]);
  });

  it.each([
    [
      "a CPU in two cells",
      [cell(0, [cpu(0, "0")]), cell(1, [cpu(0, "0")])],
      "CPU 0 is in core 0 of cell 0 and in core 0 of cell 1",
    ],
    [
      "a CPU in two cores",
      [cell(0, [cpu(0, "0,2"), cpu(1, "1,2")])],
      "CPU 2 is in core 0,2 of cell 0 and in core 1,2 of cell 0",
    ],
    ["siblings that cannot be read", [cell(0, [cpu(0, "0-")])], "the siblings of CPU 0 are 0-"],
    ["siblings without the CPU itself", [cell(0, [cpu(0, "1"), cpu(1, "1")])], "the siblings of CPU 0 are 1"],
    ["a host without cells", [], "it names no cell"],
    ["a cell twice", [cell(3, [cpu(0, "0")]), cell(3, [cpu(1, "1")])], "cell 3 is there twice"],
    [
      "more memory than can be counted",
      [cell(0, [cpu(0, "0")], "<memory unit='KiB'>9007199254740992</memory>")],
      "the memory of a cell is 9007199254740992 KiB",
    ],
    [
      "memory that is no number",
      [cell(0, [cpu(0, "0")], "<memory unit='KiB'>-1</memory>")],
      "the memory of a cell is -1 KiB",
    ],
    [
      "a unit that nobody knows",
      [cell(0, [cpu(0, "0")], "<memory unit='furlong'>1</memory>")],
      "the memory of a cell is 1 furlong",
    ],
    [
      "pages without a number",
      [cell(0, [cpu(0, "0")], "<pages unit='KiB' size='2048'>many</pages>")],
      "the number of pages is many",
    ],
    [
      "a cell without a number",
      [cell(0, [cpu(0, "0")]).replace("id='0'", "id='x'")],
      "the number of a cell is x",
    ],
  ])("%s is no answer", (_, list, what) => {
    expect(() => cells(...list)).toThrow(`libvirt's answer cannot be used: ${what}`);
  });
});

it("a pool that holds more than can be counted is no answer", () => {
  const xml = "<pool type='dir'><name>p</name><capacity unit='bytes'>9007199254740993</capacity></pool>";
  expect(() => poolOf(parseDocument(xml), true)).toThrow("the room of pool p is 9007199254740993 bytes");
});
