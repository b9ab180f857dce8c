package dev.portcullis.client.command;

import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.net.PemTrustOptions;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options of the commands that connect to a server, and their terminal. */
public final class ConnectOptions {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec command = CommandSpec.create();

    @Option(names = "--origin", paramLabel = "URL", description = "the Origin to present, for a server that wants one")
    private @Nullable String origin;

    @Option(
            names = "--ca",
            paramLabel = "FILE",
            description = "certificates (PEM) to trust instead of the system's, for a server with a CA of its own")
    private @Nullable Path ca;

    public Optional<String> origin() {
        return Optional.ofNullable(origin);
    }

    public PrintWriter out() {
        return command.commandLine().getOut();
    }

    public PrintWriter err() {
        return command.commandLine().getErr();
    }

    public ParameterException usageError(String message) {
        return new ParameterException(command.commandLine(), message);
    }

    public WebSocketClientOptions transport() {
        WebSocketClientOptions transport = new WebSocketClientOptions();
        if (ca != null) {
            try (var pem = Files.newInputStream(ca)) {
                if (CertificateFactory.getInstance("X.509")
                        .generateCertificates(pem)
                        .isEmpty()) {
                    throw usageError("--ca " + ca + " holds no certificate");
                }
            } catch (IOException | CertificateException unreadable) {
                throw usageError("--ca " + ca + " cannot be read as certificates in PEM form");
            }
            transport.setTrustOptions(new PemTrustOptions().addCertPath(ca.toString()));
        }
        return transport;
    }
}
