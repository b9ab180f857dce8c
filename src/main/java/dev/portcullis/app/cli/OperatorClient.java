package dev.portcullis.app.cli;

import dev.portcullis.app.config.NodeConfig;
import dev.portcullis.config.HostPort;
import dev.portcullis.config.Secret;
import dev.portcullis.protocol.Result;
import dev.portcullis.protocol.Role;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Calls the operators' listener of the node that runs with a configuration. */
final class OperatorClient {
    private static final Duration CONNECT = Duration.ofSeconds(10);
    private static final Duration LIFETIME = Duration.ofMinutes(1);

    private final NodeConfig config;
    private final HostPort listener;
    private final HttpClient http;

    OperatorClient(NodeConfig config) {
        this.config = config;
        this.listener = new HostPort(config.admin().host(), config.admin().port());
        this.http = HttpClient.newBuilder().connectTimeout(CONNECT).build();
    }

    HostPort listener() {
        return listener;
    }

    /**
     * Refused with the reason why there is no bearer for the listener.
     *
     * @param path with its query
     * @throws IOException if no node answers
     */
    Result<HttpResponse<String>, String> call(String method, String path, Duration patience)
            throws IOException, InterruptedException {
        Result<Secret, String> credential = credential(); // one for each call, since a token is good for a minute
        if (!(credential instanceof Result.Done<Secret, String> bearer)) {
            return credential.fold(unused -> Result.refused(""), Result::refused);
        }
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://" + listener + path))
                .header("Authorization", "Bearer " + bearer.value().reveal())
                .method(method, BodyPublishers.noBody())
                .timeout(patience)
                .build();
        return Result.done(http.send(request, BodyHandlers.ofString()));
    }

    private Result<Secret, String> credential() {
        return config.admin()
                .apiKey()
                .map(Result::<Secret, String>done)
                .orElseGet(() -> ConfigTokenSource.signer(config)
                        .fold(
                                signer -> Result.done(new Secret(signer.mint(
                                        "portcullis-cli", Role.ADMIN, List.of(), Optional.empty(), LIFETIME))),
                                Result::refused));
    }
}
