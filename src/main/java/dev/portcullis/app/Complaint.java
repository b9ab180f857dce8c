package dev.portcullis.app;

import dev.portcullis.config.Problem;
import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine;

/** How a command that can't go on ends: one line for each mistake, and 1. */
final class Complaint {
    private Complaint() {}

    static int about(List<Problem> problems, PrintWriter out) {
        problems.forEach(out::println);
        return CommandLine.ExitCode.SOFTWARE;
    }
}
