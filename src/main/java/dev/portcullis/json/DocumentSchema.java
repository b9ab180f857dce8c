package dev.portcullis.json;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.portcullis.config.Json;
import dev.portcullis.protocol.Rejection.Violation;
import io.vertx.core.json.JsonArray;
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
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The form of documents of a kind, as those who specified it published it: that of schemas, and that of OpenAPI. For documents
 * of this build and of its operator only, since nothing bounds what it costs.
 */
public final class DocumentSchema {
    private static final String DRAFT = "/json-schema.org/draft/2020-12/";
    private static final String OPENAPI = "openapi-3.1/";
    private static final String OPENAPI_ROOT = "https://spec.openapis.org/oas/3.1/schema/2022-10-07";
    private static final String SCHEMA_OF_ANY_DIALECT = "\"$dynamicRef\": \"#meta\"";
    private static final String SCHEMA_OF_OPENAPI = "\"$ref\": \"https://spec.openapis.org/oas/3.1/dialect/base\"";

    private final Validator validator;

    /** @param withSchemas whether the schemas in an OpenAPI document are judged too */
    private DocumentSchema(List<String> files, String root, boolean withSchemas) {
        SchemaRepository repository = SchemaRepository.create(new JsonSchemaOptions()
                .setBaseUri("https://schema.invalid/")
                .setDraft(Draft.DRAFT202012)
                .setOutputFormat(OutputFormat.Basic));
        for (String file : files) {
            JsonObject schema = load(file, withSchemas);
            repository.dereference(schema.getString("$id"), JsonSchema.of(schema));
        }
        validator = repository.validator(root);
    }

    /** The form of schemas of draft 2020-12; the library brings it. */
    public static DocumentSchema ofSchemas() {
        return new DocumentSchema(draft(), "https:/" + DRAFT + "schema", true);
    }

    /** The form of OpenAPI 3.1, but not of the schemas in it, whose judges are made anyway. */
    public static DocumentSchema ofOpenApi() {
        return ofOpenApi(false);
    }

    /** The form of OpenAPI 3.1 with the schemas in it, which takes a process that has just begun over half a second. */
    public static DocumentSchema ofOpenApiAndItsSchemas() {
        return ofOpenApi(true);
    }

    private static DocumentSchema ofOpenApi(boolean withSchemas) {
        List<String> files = new ArrayList<>(draft());
        for (String file : List.of("schema-2022-10-07", "dialect-base", "meta-base")) {
            files.add(OPENAPI + file + ".json");
        }
        return new DocumentSchema(files, OPENAPI_ROOT, withSchemas);
    }

    /**
     * The values of the wrong kind; their paths are pointers into the document. One document at a time: the library changes its
     * copy of the form.
     *
     * @param document as parsed: maps, lists, texts, numbers, flags and null
     */
    public synchronized List<Violation> violations(Object document) {
        OutputUnit judged = validator.validate(forLibrary(document));
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
    private static JsonObject load(String file, boolean withSchemas) {
        try (InputStream in = DocumentSchema.class.getResourceAsStream(file)) {
            if (in == null) {
                throw new IllegalStateException("the build lacks " + file);
            }
            String text = new String(in.readAllBytes(), UTF_8);
            Object schema = Json.parseWithoutComments(
                    withSchemas && file.startsWith(OPENAPI)
                            ? text.replace(SCHEMA_OF_ANY_DIALECT, SCHEMA_OF_OPENAPI)
                            : text);
            JsonObject loaded = (JsonObject) Objects.requireNonNull(forLibrary(schema));
            if (file.startsWith(DRAFT)) {
                forgetFormats(loaded);
            }
            return loaded;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /**
     * The library judges patterns as Java has them. The judges of a schema read each of them, and find out where references
     * lead.
     */
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

    /**
     * The library takes {@code 1.0} and {@code 1e20} for no integers where they are kept digit by digit. A number beyond a
     * {@code long} is a limit that no value reaches.
     */
    private static Number forLibrary(Number number) {
        Number whole =
                number instanceof BigDecimal exact && exact.stripTrailingZeros().scale() <= 0
                        ? (Number) (long) exact.doubleValue()
                        : number;
        return whole instanceof Long && whole.intValue() == whole.longValue() ? (Number) whole.intValue() : whole;
    }

    /**
     * Converts a schema to the library's classes, with limits as the library casts them. Its own parser would load all of
     * Jackson's data binding, for half a second.
     */
    private static @Nullable Object forLibrary(@Nullable Object value) {
        if (value instanceof Map<?, ?> map) {
            JsonObject copy = new JsonObject();
            map.forEach((name, each) -> copy.put(String.valueOf(name), forLibrary(each)));
            return copy;
        }
        if (value instanceof List<?> list) {
            JsonArray copy = new JsonArray();
            list.forEach(each -> copy.add(forLibrary(each)));
            return copy;
        }
        return value instanceof Number number ? forLibrary(number) : value;
    }
}
