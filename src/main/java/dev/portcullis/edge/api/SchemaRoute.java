package dev.portcullis.edge.api;

import dev.portcullis.http.CorsRule;
import dev.portcullis.http.HttpResponses;
import dev.portcullis.http.Router;
import dev.portcullis.protocol.codec.JsonSchemas;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;

/** {@code GET /schemas/{type}.json}: the JSON Schema of a frame type. */
public final class SchemaRoute {
    private static final String PREFIX = "/schemas/";
    private static final String SUFFIX = ".json";
    private static final String TYPE = "application/schema+json";

    private final HttpResponses responses;
    private final Router router;
    private final CorsRule cors;

    private SchemaRoute(HttpResponses responses, Router router, CorsRule cors) {
        this.responses = responses;
        this.router = router;
        this.cors = cors;
    }

    public static void on(Router router, HttpResponses responses, CorsRule cors) {
        router.getPrefix(PREFIX, new SchemaRoute(responses, router, cors)::read);
    }

    private void read(HttpServerRequest request, String name) {
        if (!name.endsWith(SUFFIX)) {
            router.notFound(request);
            return;
        }
        JsonSchemas.find(name.substring(0, name.length() - SUFFIX.length()))
                .ifPresentOrElse(schema -> send(request, schema), () -> router.notFound(request));
    }

    private void send(HttpServerRequest request, byte[] schema) {
        request.response().putHeader("Vary", "Origin");
        cors.allowed(request.headers().getAll("Origin"))
                .ifPresent(origin -> request.response().putHeader("Access-Control-Allow-Origin", origin));
        responses.send(request, 200, TYPE, Buffer.buffer(schema));
    }
}
