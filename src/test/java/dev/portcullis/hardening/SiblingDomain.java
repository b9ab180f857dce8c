package dev.portcullis.hardening;

import dev.portcullis.kit.SelfSigned;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The page of an attacker, at a host beside that of the node. A visitor gets the cookies that it tosses. */
final class SiblingDomain {
    private final int port;
    private volatile List<String> cookies = List.of();

    SiblingDomain(Vertx vertx, SelfSigned certificate) throws TimeoutException {
        HttpServerOptions options = new HttpServerOptions()
                .setSsl(true)
                .setKeyCertOptions(new PemKeyCertOptions()
                        .setCertPath(certificate.certificate().toString())
                        .setKeyPath(certificate.key().toString()));
        this.port = vertx.createHttpServer(options)
                .requestHandler(request -> request.response()
                        .putHeader("Content-Type", "text/html")
                        .putHeader("Set-Cookie", cookies)
                        .end("<!DOCTYPE html><link rel=icon href='data:,'><title>tossed</title>"))
                .listen(0, "127.0.0.1")
                .await(30, TimeUnit.SECONDS)
                .actualPort();
    }

    /** Where a visitor gets these cookies, each a complete line. */
    String tossing(List<String> lines) {
        cookies = List.copyOf(lines);
        return "https://evil.example.test:" + port + "/";
    }
}
