package dev.portcullis.edge.api;

import dev.portcullis.http.HttpResponses;
import dev.portcullis.http.contract.ApiContract;
import dev.portcullis.http.routing.RouterBuilder;
import dev.portcullis.http.routing.StaticFiles;
import dev.portcullis.protocol.codec.JsonSchemas;

/** The operations of the public listener that need nothing but this build: the contract and the schemas of frames. */
public final class PublicApi {
    /** The operation that opens a WebSocket. */
    public static final String OPEN_WEB_SOCKET = "openWebSocket";

    private static final StaticFiles FILES = files();

    private PublicApi() {}

    public static RouterBuilder bindFiles(RouterBuilder router) {
        return router.bind("getApi", FILES).bind("getSchema", FILES).bind("getServerSchema", FILES);
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
        return files.build();
    }
}
