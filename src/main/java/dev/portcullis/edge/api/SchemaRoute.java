package dev.portcullis.edge.api;

import dev.portcullis.http.Answers;
import dev.portcullis.http.CorsRule;
import dev.portcullis.http.Routes;
import dev.portcullis.protocol.Schemas;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;

/** {@code GET /schemas/{type}.json}: what a frame may look like. */
public final class SchemaRoute {
    private static final String PREFIX = "/schemas/";
    private static final String SUFFIX = ".json";
    private static final String TYPE = "application/schema+json";

    private final Answers answers;
    private final Routes routes;
    private final CorsRule cors;

    private SchemaRoute(Answers answers, Routes routes, CorsRule cors) {
        this.answers = answers;
        this.routes = routes;
        this.cors = cors;
    }

    public static void on(Routes routes, Answers answers, CorsRule cors) {
        routes.getUnder(PREFIX, new SchemaRoute(answers, routes, cors)::read);
    }

    private void read(HttpServerRequest request, String name) {
        if (!name.endsWith(SUFFIX)) {
            routes.notFound(request);
            return;
        }
        Schemas.find(name.substring(0, name.length() - SUFFIX.length()))
                .ifPresentOrElse(schema -> send(request, schema), () -> routes.notFound(request));
    }

    private void send(HttpServerRequest request, byte[] schema) {
        request.response().putHeader("Vary", "Origin");
        cors.allowed(request.headers().getAll("Origin"))
                .ifPresent(origin -> request.response().putHeader("Access-Control-Allow-Origin", origin));
        answers.send(request, 200, TYPE, Buffer.buffer(schema));
    }
}
