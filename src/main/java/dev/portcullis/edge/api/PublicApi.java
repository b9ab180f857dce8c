package dev.portcullis.edge.api;

import dev.portcullis.http.HttpResponses;
import dev.portcullis.http.contract.ApiContract;
import dev.portcullis.http.routing.RouterBuilder;
import dev.portcullis.http.routing.StaticFiles;
import dev.portcullis.protocol.codec.JsonSchemas;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/**
 * The operations of the public listener that need nothing but this build: the contract, the schemas of frames, and the
 * JavaScript client.
 */
public final class PublicApi {
    /** The operation that opens a WebSocket. */
    public static final String OPEN_WEB_SOCKET = "openWebSocket";

    private static final StaticFiles FILES = files();

    private PublicApi() {}

    public static RouterBuilder bindFiles(RouterBuilder router) {
        return router.bind("getApi", FILES)
                .bind("getSchema", FILES)
                .bind("getServerSchema", FILES)
                .bind("getSdk", FILES);
    }

    private static StaticFiles files() {
        StaticFiles.Builder files = StaticFiles.builder()
                .add(
                        "/openapi.json",
                        HttpResponses.JSON,
                        ApiContract.published().json());
        for (String name : JsonSchemas.names()) {
            files.add(
                    "/schemas/" + name + ".json",
                    "application/schema+json",
                    JsonSchemas.find(name).orElseThrow());
        }
        return files.add("/sdk/portcullis.js", "text/javascript; charset=utf-8", ofBuild("/webroot/sdk/portcullis.js"))
                .add("/sdk/portcullis.d.ts", "text/plain; charset=utf-8", ofBuild("/webroot/sdk/portcullis.d.ts"))
                .build();
    }

    private static byte[] ofBuild(String resource) {
        try (InputStream in = PublicApi.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException("the build lacks " + resource);
            }
            return in.readAllBytes();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
