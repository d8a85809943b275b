/** Flags that make the engine show or log a program's debug messages: `--debug`, `-d`, `-yd`, `-v9`, `--logtostderr`. */
const SHOWING = /^(--(debug|verbose|logtostderr|logflow)(=.*)?|-[a-zA-Z]*[dv].*)$/;

/**
 * The variable by which our language host leaves out the debug messages of @pulumi/pulumi, where the engine's
 * arguments do not ask for them: five of six requests of the default stack's program are debug messages, which the
 * engine would throw away. Empty where they are wanted.
 */
export function debugMessagesEnvironment(args: readonly string[]): Record<string, string> {
  return args.some((argument) => SHOWING.test(argument)) ? {} : { NUMAFLEET_NO_DEBUG_MESSAGES: "1" };
}
