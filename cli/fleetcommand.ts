import { Command, CommanderError } from "commander";
import type { ExitCode, Streams } from "./streams.ts";

/** A command below `fleet`. What it needs is loaded only when it runs. */
export interface Subcommand {
  readonly name: string;
  readonly description: string;
  /** @param args what follows the command's name */
  readonly run: (args: readonly string[], streams: Streams) => Promise<ExitCode>;
}

/** In the order of the help text. */
export const SUBCOMMANDS: readonly Subcommand[] = [
  {
    name: "verify",
    description: "ask the hosts what is true, and compare it with what is declared",
    run: async (args, streams) => (await import("./verifycommand.ts")).runVerifyCommand(args, streams),
  },
  {
    name: "watch",
    description:
      "watch the hosts for pressure: memory, system disk and pools; told to Prometheus, kept in a file",
    run: async (args, streams) => (await import("./watchcommand.ts")).runWatchCommand(args, streams),
  },
  {
    name: "place",
    description: "place VMs that name no host, show where they go, and record it in the fleet file",
    run: async (args, streams) => (await import("./placecommand.ts")).runPlaceCommand(args, streams),
  },
  {
    name: "status",
    description: "show what hosts have, what may be promised of it, what VMs hold and what is free",
    run: async (args, streams) => (await import("./statuscommand.ts")).runStatusCommand(args, streams),
  },
  {
    name: "explain",
    description: "derive every number of a VM: its place, pins, memory, limits, and who says each",
    run: async (args, streams) => (await import("./explaincommand.ts")).runExplainCommand(args, streams),
  },
  {
    name: "audit",
    description:
      "read scale sets, nodes and pods of the clusters, compare them, and say whether all fits now",
    run: async (args, streams) => (await import("./auditcommand.ts")).runAuditCommand(args, streams),
  },
  {
    name: "record",
    description: "record the clusters' nodes in a fleet file, after showing the difference: record nodes",
    run: async (args, streams) => (await import("./recordcommand.ts")).runRecordCommand(args, streams),
  },
  {
    name: "discover",
    description: "record a host with what runs there in a fleet file, or write a program that takes it over",
    run: async (args, streams) => (await import("./discovercommand.ts")).runDiscoverCommand(args, streams),
  },
  {
    name: "move",
    description: "take a VM that is off to another host, with its disks and its identity",
    run: async (args, streams) => (await import("./movecommand.ts")).runMoveCommand(args, streams),
  },
  {
    name: "policy",
    description: "judge a fleet file or an exported stack by the policy pack's rules",
    run: async (args, streams) =>
      (await import("./policycommand.ts")).runPolicyCommand(args, streams, "fleet policy"),
  },
  {
    name: "max-runners",
    description: "tell the largest maxRunners of each scale set, and of several together",
    run: async (args, streams) =>
      (await import("./maxrunnerscommand.ts")).runMaxRunnersCommand(args, streams),
  },
  {
    name: "seats",
    description: "tell how many more runners or VMs of a shape fit, also with a node or host lost",
    run: async (args, streams) => (await import("./seatscommand.ts")).runSeatsCommand(args, streams),
  },
  {
    name: "what-if",
    description:
      "judge the fleet with nodes, envelopes or ceilings changed, before and after; or any node lost",
    run: async (args, streams) => (await import("./whatifcommand.ts")).runWhatIfCommand(args, streams),
  },
  {
    name: "balloon",
    description: "move memory between the guests of a host by their balloons, in a loop or once",
    run: async (args, streams) => (await import("./ballooncommand.ts")).runBalloonCommand(args, streams),
  },
  {
    name: "lab",
    description: "run the twin of a declared host on this machine: up, status, shell, down",
    run: async (args, streams) => (await import("./labcommand.ts")).runLabCommand(args, streams),
  },
];

/** Runs `fleet` with its arguments. Never throws for a mistake of the user's. */
export async function runFleetCommand(
  args: readonly string[],
  streams: Streams,
  subcommands = SUBCOMMANDS,
): Promise<ExitCode> {
  let code: ExitCode = 0;
  const program = new Command("fleet")
    .description("Works on a fleet that is declared. Each command tells its options: fleet COMMAND --help.")
    .helpCommand(false)
    .configureHelp({ subcommandTerm: (command) => command.name() })
    .enablePositionalOptions()
    .exitOverride()
    .configureOutput({ writeOut: streams.out, writeErr: streams.err });
  for (const { name, description, run } of subcommands) {
    // The command reads its own options, --help among them.
    program
      .command(name)
      .description(description)
      .usage("[options]")
      .argument("[args...]")
      .helpOption(false)
      .allowUnknownOption()
      .passThroughOptions()
      .action(async (rest: string[]) => {
        code = await run(rest, streams);
      });
  }
  if (args.length === 0) {
    streams.err(program.helpInformation());
    return 2;
  }
  // `fleet help verify` as people type it.
  const [first, ...others] = args;
  const given = first === "help" ? [...others, "--help"] : args;
  try {
    await program.parseAsync([...given], { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? 0 : 2;
  }
  return code;
}
