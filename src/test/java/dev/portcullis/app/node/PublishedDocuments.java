package dev.portcullis.app.node;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.portcullis.config.Json;
import dev.portcullis.http.contract.ApiContract;
import dev.portcullis.http.outgoing.AnswerSchema;
import dev.portcullis.http.outgoing.OutgoingService;
import dev.portcullis.json.DocumentSchema;
import dev.portcullis.json.OpenApiForm;
import dev.portcullis.protocol.Rejection.Violation;
import dev.portcullis.protocol.codec.JsonSchemas;
import java.io.IOException;
import java.util.List;

/**
 * Checks that the schemas and the OpenAPI document that a node publishes are such documents: tools of clients refuse others, and a
 * keyword with a value of the wrong kind judges nothing. They come with the classes, so the build checks them and no start does.
 */
public final class PublishedDocuments {
    private PublishedDocuments() {}

    /** @throws IllegalStateException for a document that is none, with its name and a JSON Pointer */
    public static void check() {
        DocumentSchema ofSchemas = DocumentSchema.ofSchemas();
        for (String name : JsonSchemas.names()) {
            check("schemas/" + name + ".json", JsonSchemas.find(name).orElseThrow(), ofSchemas);
        }
        for (OutgoingService service : AnswerSchema.services()) {
            check(
                    "schemas/answers/" + service.id() + ".json",
                    AnswerSchema.of(service).file(),
                    ofSchemas);
        }
        check("openapi.json", ApiContract.published().json().getBytes(UTF_8), OpenApiForm.withSchemas());
    }

    private static void check(String name, byte[] file, DocumentSchema schema) {
        List<Violation> violations;
        try {
            Object document = Json.parseWithoutComments(new String(file, UTF_8));
            violations = document == null ? List.of(new Violation("", "type")) : schema.violations(document);
        } catch (IOException notJson) {
            throw new IllegalStateException(name + " is no JSON: " + notJson.getMessage(), notJson);
        }
        if (!violations.isEmpty()) {
            Violation first = violations.get(0);
            throw new IllegalStateException("the build publishes " + name + "#" + first.path()
                    + ", which its specification refuses (" + first.rule() + ")");
        }
    }
}
