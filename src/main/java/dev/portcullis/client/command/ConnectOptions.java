package dev.portcullis.client.command;

import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.net.PemTrustOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** The options of the commands that connect to a server. */
public final class ConnectOptions {
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

    /** @param usageError creates the exception for a usage error */
    public WebSocketClientOptions transport(Function<String, ParameterException> usageError) {
        WebSocketClientOptions transport = new WebSocketClientOptions();
        if (ca != null) {
            try (var pem = Files.newInputStream(ca)) {
                if (CertificateFactory.getInstance("X.509")
                        .generateCertificates(pem)
                        .isEmpty()) {
                    throw usageError.apply("--ca " + ca + " holds no certificate");
                }
            } catch (IOException | CertificateException unreadable) {
                throw usageError.apply("--ca " + ca + " cannot be read as certificates in PEM form");
            }
            transport.setTrustOptions(new PemTrustOptions().addCertPath(ca.toString()));
        }
        return transport;
    }
}
