package dev.portcullis.app.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.portcullis.config.Json;
import dev.portcullis.http.contract.ApiContract;
import dev.portcullis.json.DocumentSchema;
import dev.portcullis.kit.AlteredBuild;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A build that publishes what its specification refuses does not start. */
class PublishedDocumentsTest {
    @TempDir
    private Path folder;

    @Test
    void documents_of_this_build_are_as_their_specifications_have_them() {
        assertThatCode(PublishedDocuments::check).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "protocol/codec/schemas/server/chat.json | \"required\": \\[ | \"required\": [7, | schemas/server/chat.json#/required",
                "protocol/codec/schemas/auth_success.json | \"type\": \"object\" | \"type\": \"objekt\" | schemas/auth_success.json#/type",
                "http/outgoing/answers/content_hook.json | \"minLength\": 1 | \"minLength\": -1 | "
                        + "schemas/answers/content_hook.json#/allOf/1/then/properties/content/minLength",
                "http/openapi.json | \"title\": \"[^\"]*\", | | openapi.json#/info/title",
            })
    void document_that_its_specification_refuses_stops_the_start_and_is_located(
            String file, String written, String instead, String where) throws Exception {
        try (AlteredBuild build = AlteredBuild.with(
                folder,
                "dev/portcullis/" + file,
                published -> published.replaceFirst(written, instead == null ? "" : instead))) {
            assertThatThrownBy(() -> build.call(PublishedDocuments.class, "check"))
                    .cause()
                    .hasMessageContaining("the build publishes " + where);
        }
    }

    /** Not at the start: it would take longer than all the others. */
    @Test
    void schemas_in_the_openapi_document_are_as_the_draft_has_them() throws Exception {
        String published = ApiContract.published().json();
        DocumentSchema schema = DocumentSchema.ofOpenApiAndItsSchemas();

        assertThat(schema.violations(json(published))).isEmpty();
        assertThat(schema.violations(json(published.replaceFirst("\"maxLength\": 254", "\"maxLength\": -254"))))
                .anySatisfy(violation -> {
                    assertThat(violation.path()).startsWith("/components/schemas/");
                    assertThat(violation.rule()).isEqualTo("minimum");
                });
    }

    private static Object json(String text) throws Exception {
        return Objects.requireNonNull(Json.parseWithoutComments(text));
    }
}
