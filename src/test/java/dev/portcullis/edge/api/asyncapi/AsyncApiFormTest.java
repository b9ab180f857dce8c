package dev.portcullis.edge.api.asyncapi;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import io.vertx.json.schema.Draft;
import io.vertx.json.schema.JsonSchema;
import io.vertx.json.schema.JsonSchemaOptions;
import io.vertx.json.schema.OutputFormat;
import io.vertx.json.schema.SchemaRepository;
import io.vertx.json.schema.Validator;
import java.io.InputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The document is as AsyncAPI 3.0 has it. The build checks it, since a node that has just begun would need about as long for it as for
 * all other documents together.
 */
class AsyncApiFormTest {
    private static final String DRAFT_7 = "http://json-schema.org/draft-07/schema";
    private static final String ADDRESS = "https://schema.invalid/asyncapi";

    private static Validator validator;

    @BeforeAll
    static void load() throws Exception {
        SchemaRepository repository = SchemaRepository.create(new JsonSchemaOptions()
                .setBaseUri("https://schema.invalid/")
                .setDraft(Draft.DRAFT7)
                .setOutputFormat(OutputFormat.Flag));
        repository.dereference(DRAFT_7, JsonSchema.of(read("/json-schema.org/draft-07/schema")));
        repository.dereference(JsonSchema.of(
                read("/dev/portcullis/edge/api/asyncapi/asyncapi-3.0.0.json").put("$id", ADDRESS)));
        validator = repository.validator(ADDRESS);
    }

    @Test
    void published_document_is_valid() {
        assertThat(isValid(published())).isTrue();
    }

    @Test
    void document_with_a_schema_or_a_member_that_is_none_is_invalid() {
        JsonObject schema = published();
        schema.getJsonObject("components")
                .getJsonObject("schemas")
                .forEach(each -> ((JsonObject) each.getValue()).put("type", "objekt"));
        JsonObject member = published();
        member.getJsonObject("channels").getJsonObject("ws").put("adress", "/ws");

        assertThat(isValid(schema)).isFalse();
        assertThat(isValid(member)).isFalse();
    }

    private static JsonObject published() {
        return new JsonObject(AsyncApi.published().json());
    }

    private static boolean isValid(JsonObject document) {
        return validator.validate(document).getValid();
    }

    private static JsonObject read(String resource) throws Exception {
        try (InputStream in = AsyncApiFormTest.class.getResourceAsStream(resource)) {
            return new JsonObject(new String(in.readAllBytes(), UTF_8));
        }
    }
}
