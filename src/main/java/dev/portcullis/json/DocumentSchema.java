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
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The form of documents of a kind, as those who specified it published it: that of schemas. For documents of this build and of
 * its operator only, since nothing bounds what it costs.
 */
public final class DocumentSchema {
    private static final String DRAFT = "/json-schema.org/draft/2020-12/";

    private final Validator validator;

    DocumentSchema(List<JsonObject> schemas, String root) {
        SchemaRepository repository = SchemaRepository.create(new JsonSchemaOptions()
                .setBaseUri("https://schema.invalid/")
                .setDraft(Draft.DRAFT202012)
                .setOutputFormat(OutputFormat.Basic));
        schemas.forEach(each -> repository.dereference(each.getString("$id"), JsonSchema.of(each)));
        validator = repository.validator(root);
    }

    /** The form of schemas of draft 2020-12; the library brings it. */
    public static DocumentSchema ofSchemas() {
        return new DocumentSchema(draft(), "https:/" + DRAFT + "schema");
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

    static List<JsonObject> draft() {
        return Stream.of(
                        "schema",
                        "meta/core",
                        "meta/applicator",
                        "meta/validation",
                        "meta/meta-data",
                        "meta/format-annotation",
                        "meta/content",
                        "meta/unevaluated")
                .map(name -> {
                    JsonObject schema = parse(read(DRAFT + name));
                    forgetFormats(schema);
                    return schema;
                })
                .toList();
    }

    static JsonObject parse(String text) {
        try {
            return (JsonObject) Objects.requireNonNull(forLibrary(Json.parseWithoutComments(text)));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    static String read(String file) {
        try (InputStream in = DocumentSchema.class.getResourceAsStream(file)) {
            if (in == null) {
                throw new IllegalStateException("the build lacks " + file);
            }
            return new String(in.readAllBytes(), UTF_8);
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
