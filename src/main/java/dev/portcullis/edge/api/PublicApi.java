package dev.portcullis.edge.api;

import dev.portcullis.config.Json;
import dev.portcullis.edge.api.asyncapi.AsyncApi;
import dev.portcullis.events.EventType;
import dev.portcullis.events.EventType.Destination;
import dev.portcullis.events.EventTypes;
import dev.portcullis.http.HttpResponses;
import dev.portcullis.http.contract.ApiContract;
import dev.portcullis.http.outgoing.AnswerSchema;
import dev.portcullis.http.outgoing.OutgoingService;
import dev.portcullis.http.routing.RouterBuilder;
import dev.portcullis.http.routing.StaticFiles;
import dev.portcullis.protocol.codec.JsonSchemas;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The operations of the public listener that need nothing but this build and the configuration: the contracts of calls and
 * frames, the schemas of frames and of answers to questions, the events of the application, and the JavaScript client.
 */
public final class PublicApi {
    /** The operation that opens a WebSocket. */
    public static final String OPEN_WEB_SOCKET = "openWebSocket";

    private static final String SCHEMA = "application/schema+json";

    private static final StaticFiles FILES = files();

    private PublicApi() {}

    /** @param events the events that the configuration defines */
    public static RouterBuilder bindFiles(RouterBuilder router, EventTypes events) {
        StaticFiles ofEvents = StaticFiles.builder()
                .add("/asyncapi.json", HttpResponses.JSON, AsyncApi.with(events).json())
                .add("/events.json", HttpResponses.JSON, json(events))
                .build();
        return router.bind("getApi", FILES)
                .bind("getAsyncApi", ofEvents)
                .bind("getEvents", ofEvents)
                .bind("getSchema", FILES)
                .bind("getServerSchema", FILES)
                .bind("getAnswerSchema", FILES)
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
                    "/schemas/" + name + ".json", SCHEMA, JsonSchemas.find(name).orElseThrow());
        }
        for (OutgoingService each : AnswerSchema.services()) {
            files.add(
                    "/schemas/answers/" + each.id() + ".json",
                    SCHEMA,
                    AnswerSchema.of(each).file());
        }
        return files.folder("/sdk", "/webroot/sdk", "portcullis.js", "portcullis.d.ts")
                .build();
    }

    /** The events of the application, for authors of clients: names, schemas and rules. */
    private static String json(EventTypes events) {
        List<Map<String, Object>> rows =
                events.all().stream().map(PublicApi::row).toList();
        return Json.pretty(Map.of("events", rows));
    }

    private static Map<String, Object> row(EventType type) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("name", type.id());
        row.put("store", type.stored());
        row.put(
                "targets",
                type.destinations().stream().sorted().map(Destination::id).toList());
        row.put("role", type.role().id());
        row.put("from", type.from().id());
        type.minute().ifPresent(minute -> row.put("minute", (long) minute));
        row.put("schema", type.schema());
        return row;
    }
}
