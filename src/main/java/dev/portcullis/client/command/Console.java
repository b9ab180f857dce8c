package dev.portcullis.client.command;

import java.io.PrintWriter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** The terminal of a command: its output, its error stream and its usage errors. */
public record Console(CommandSpec command) {
    public PrintWriter out() {
        return command.commandLine().getOut();
    }

    public PrintWriter err() {
        return command.commandLine().getErr();
    }

    public ParameterException usageError(String message) {
        return new ParameterException(command.commandLine(), message);
    }
}
