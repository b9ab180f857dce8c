package dev.portcullis.json;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.portcullis.protocol.Rejection.Violation;
import io.vertx.core.json.JsonObject;
import io.vertx.json.schema.Draft;
import io.vertx.json.schema.JsonSchema;
import io.vertx.json.schema.JsonSchemaOptions;
import io.vertx.json.schema.OutputFormat;
import io.vertx.json.schema.OutputUnit;
import io.vertx.json.schema.SchemaRepository;
import io.vertx.json.schema.Validator;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;

/** The schema of schemas of draft 2020-12, which the library brings. */
final class MetaSchema {
    private static final String DRAFT = "json-schema.org/draft/2020-12/";
    private static final List<String> PARTS = List.of(
            "schema",
            "meta/core",
            "meta/applicator",
            "meta/validation",
            "meta/meta-data",
            "meta/format-annotation",
            "meta/content",
            "meta/unevaluated");

    private final Validator validator;

    MetaSchema() {
        JsonSchemaOptions options = new JsonSchemaOptions()
                .setBaseUri("https://" + DRAFT)
                .setDraft(Draft.DRAFT202012)
                .setOutputFormat(OutputFormat.Basic);
        SchemaRepository repository = SchemaRepository.create(options);
        PARTS.forEach(part -> repository.dereference("https://" + DRAFT + part, JsonSchema.of(load(part))));
        validator = repository.validator("https://" + DRAFT + "schema");
    }

    /** The values of the wrong kind; their paths are pointers into the schema. One at a time: the library changes its copy. */
    synchronized List<Violation> violations(Object schema) {
        OutputUnit judged = validator.validate(schema);
        if (judged.getValid()) {
            return List.of();
        }
        return LeafErrors.of(judged, schema);
    }

    /** The library judges patterns as Java has them. We judge each ourselves, and find out where references lead. */
    private static void forgetFormats(JsonObject schema) {
        if (schema.getValue("format") instanceof String) {
            schema.remove("format");
        }
        schema.forEach(each -> {
            if (each.getValue() instanceof JsonObject inner) {
                forgetFormats(inner);
            }
        });
    }

    private static JsonObject load(String part) {
        try (InputStream file = JsonSchema.class.getClassLoader().getResourceAsStream(DRAFT + part)) {
            if (file == null) {
                throw new IllegalStateException("the library lacks " + part);
            }
            JsonObject loaded = new JsonObject(new String(file.readAllBytes(), UTF_8));
            forgetFormats(loaded);
            return loaded;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
