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
import java.util.ArrayList;
import java.util.List;

/**
 * The form of documents of a kind, as those who specified it published it: that of schemas, and that of OpenAPI. For documents of this
 * build only, since nothing bounds what it costs. For one thread.
 */
public final class DocumentSchema {
    private static final String DRAFT = "/json-schema.org/draft/2020-12/";
    private static final String OPENAPI = "openapi-3.1/";
    private static final String OPENAPI_ROOT = "https://spec.openapis.org/oas/3.1/schema/2022-10-07";
    private static final String SCHEMA_OF_ANY_DIALECT = "\"$dynamicRef\": \"#meta\"";
    private static final String SCHEMA_OF_OPENAPI = "\"$ref\": \"https://spec.openapis.org/oas/3.1/dialect/base\"";

    private final Validator validator;

    private DocumentSchema(List<String> files, String root) {
        SchemaRepository repository = SchemaRepository.create(new JsonSchemaOptions()
                .setBaseUri("https://schema.invalid/")
                .setDraft(Draft.DRAFT202012)
                .setOutputFormat(OutputFormat.Basic));
        for (String file : files) {
            JsonObject schema = load(file);
            repository.dereference(schema.getString("$id"), JsonSchema.of(schema));
        }
        validator = repository.validator(root);
    }

    /** Of schemas of draft 2020-12; the library brings it. */
    public static DocumentSchema ofSchemas() {
        return new DocumentSchema(draft(), "https:/" + DRAFT + "schema");
    }

    /** Of OpenAPI 3.1, with the schemas in it. */
    public static DocumentSchema ofOpenApi() {
        List<String> files = new ArrayList<>(draft());
        for (String file : List.of("schema-2022-10-07", "dialect-base", "meta-base")) {
            files.add(OPENAPI + file + ".json");
        }
        return new DocumentSchema(files, OPENAPI_ROOT);
    }

    /** @param document as parsed: maps, lists, texts, numbers, flags and null */
    public List<Violation> violations(Object document) {
        OutputUnit judged = validator.validate(document);
        return judged.getValid() ? List.of() : LeafErrors.of(judged, document);
    }

    private static List<String> draft() {
        return List.of(
                DRAFT + "schema",
                DRAFT + "meta/core",
                DRAFT + "meta/applicator",
                DRAFT + "meta/validation",
                DRAFT + "meta/meta-data",
                DRAFT + "meta/format-annotation",
                DRAFT + "meta/content",
                DRAFT + "meta/unevaluated");
    }

    /**
     * The form of OpenAPI leaves the dialect of schemas open, by a reference that the library follows only to anchors that it has
     * passed. So the dialect is written in.
     */
    private static JsonObject load(String file) {
        try (InputStream in = DocumentSchema.class.getResourceAsStream(file)) {
            if (in == null) {
                throw new IllegalStateException("the build lacks " + file);
            }
            String text = new String(in.readAllBytes(), UTF_8);
            return new JsonObject(
                    file.startsWith(OPENAPI) ? text.replace(SCHEMA_OF_ANY_DIALECT, SCHEMA_OF_OPENAPI) : text);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
