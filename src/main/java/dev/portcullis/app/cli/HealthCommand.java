package dev.portcullis.app.cli;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code health}: asks a node whether it takes clients, where there is no other program that could, as in a container. */
@Command(
        name = "health",
        description = "Asks a running node whether it takes clients. The exit code is 0 if it does, and 1 if not.")
public final class HealthCommand implements Callable<Integer> {
    /** Less than the 5 s that those who ask usually give it, the start of this process included. */
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private static final int OK = 200;
    private static final String READY = "/health/ready";

    @Parameters(
            paramLabel = "URL",
            arity = "0..1",
            defaultValue = "http://127.0.0.1:9090/health/ready",
            description = "Where to ask. Default: ${DEFAULT-VALUE}, which is also the path of an address without one."
                    + " /health/live says only whether it runs.")
    private String url = "";

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws InterruptedException {
        HttpRequest request = request();
        try {
            int status = HttpClient.newBuilder()
                    .connectTimeout(PATIENCE)
                    .build()
                    .send(request, HttpResponse.BodyHandlers.discarding())
                    .statusCode();
            return status == OK
                    ? ready()
                    : failed(request.uri() + " answered " + status + ": GET it to see which check fails");
        } catch (IOException unreachable) {
            return failed("no node answers at " + request.uri().getAuthority() + "; start it, or name its URL");
        }
    }

    private HttpRequest request() {
        try {
            URI named = URI.create(url);
            return HttpRequest.newBuilder(isAddress(named) ? named.resolve(READY) : named)
                    .timeout(PATIENCE)
                    .build();
        } catch (IllegalArgumentException unfit) { // no URL, or not of HTTP
            throw new ParameterException(
                    spec.commandLine(), "'" + url + "' is no URL such as http://127.0.0.1:9090/health/ready", unfit);
        }
    }

    /** A node answers there with its dashboard, whatever its state is. */
    private static boolean isAddress(URI named) {
        return "".equals(named.getPath()) || "/".equals(named.getPath());
    }

    private int ready() {
        spec.commandLine().getOut().println("ready");
        return CommandLine.ExitCode.OK;
    }

    private int failed(String why) {
        spec.commandLine().getErr().println(why);
        return CommandLine.ExitCode.SOFTWARE;
    }
}
