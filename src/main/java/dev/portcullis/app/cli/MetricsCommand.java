package dev.portcullis.app.cli;

import dev.portcullis.audit.metrics.Metric;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code metrics}: what a node counts and measures. */
@Command(name = "metrics", description = "Prints the page that explains every metric, as Markdown.")
public final class MetricsCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        spec.commandLine().getOut().print(Metric.page());
        spec.commandLine().getOut().flush();
        return CommandLine.ExitCode.OK;
    }
}
