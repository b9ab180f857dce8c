package dev.portcullis.client;

import java.io.PrintWriter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** A command's own terminal: where it prints, complains, and sends its arguments back. */
public record Console(CommandSpec command) {
    public PrintWriter out() {
        return command.commandLine().getOut();
    }

    public PrintWriter err() {
        return command.commandLine().getErr();
    }

    public ParameterException wrong(String what) {
        return new ParameterException(command.commandLine(), what);
    }
}
