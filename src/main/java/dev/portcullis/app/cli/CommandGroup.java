package dev.portcullis.app.cli;

import java.io.PrintWriter;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** A command that only has commands below it. */
abstract class CommandGroup implements Runnable {
    private final Map<String, String> environment;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    CommandGroup(Map<String, String> environment) {
        this.environment = environment;
    }

    @Override
    public final void run() {
        throw usage(spec.name() + " needs a command");
    }

    final ParameterException usage(String mistake) {
        return new ParameterException(spec.commandLine(), mistake);
    }

    final Map<String, String> environment() {
        return environment;
    }

    final PrintWriter out() {
        return spec.commandLine().getOut();
    }

    final PrintWriter err() {
        return spec.commandLine().getErr();
    }

    /** Prints a text whose end is not the end of a line. */
    final int print(Object text) {
        out().print(text);
        out().flush();
        return CommandLine.ExitCode.OK;
    }
}
